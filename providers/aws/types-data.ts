/** Inputs of the children of LogSink, Database, Queue and Job, by kind and key. */
export interface DataChildInputs {
    LogSink: Record<never, never>;
    Database: Record<never, never>;
    Queue: Record<never, never>;
    Job: Record<never, never>;
}
