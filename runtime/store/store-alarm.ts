/**
 * Something about stored data that a person should know. `write-failed`, `dropped`, `blind` and
 * `journal-failed` are raised and cleared, the others are told once.
 */
export interface StoreAlarm {
  readonly kind: /** The disk refuses to write; nothing is acknowledged until it is cleared. */
    | "write-failed"
    /** Memory is full of what could not be written: newer data is refused. */
    | "dropped"
    /** A record could not be read; its data is skipped. */
    | "damaged"
    /** The database was rebuilt from what could be read of it. */
    | "salvaged"
    /** Nothing could be read: a new database was begun. */
    | "emptied"
    /** The store began without its disk: what it holds cannot be read before the disk works. */
    | "blind"
    /** The journal of raw edges cannot be written. */
    | "journal-failed"
    /** A part of the journal is damaged and was dropped. */
    | "journal-damaged";
  readonly raised: boolean;
  /** One line for people. */
  readonly message: string;
}

export type AlarmConsumer = (alarm: StoreAlarm) => void;
