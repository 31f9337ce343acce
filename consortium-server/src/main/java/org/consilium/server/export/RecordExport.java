package org.consilium.server.export;

import java.io.Closeable;
import java.io.IOException;
import org.consilium.contract.audit.AuditRecord;

/** Writes records one after another in one form; closing it writes what is not written yet and closes the stream. */
public sealed interface RecordExport extends Closeable permits CsvExport, JsonExport, FhirExport, AtnaExport {

    /** Writes the next record. */
    void write(AuditRecord entry) throws IOException;
}
