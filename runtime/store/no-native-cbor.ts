// Import this before cbor-x. Its optional native string reader delivers nothing from torn bytes, and results must not
// depend on whether a compiler was there at installation.
process.env.CBOR_NATIVE_ACCELERATION_DISABLED = "true";
