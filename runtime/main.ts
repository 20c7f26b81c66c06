#!/usr/bin/env node
import { ServiceSignals } from "./daemon/service-signals.ts";

// the daemon's come first: the rest takes up to a second to load
const signals = process.argv[2] === "run" ? new ServiceSignals() : undefined;
const { run } = await import("./cli/program.ts");
process.exitCode = await run(process.argv, signals);
