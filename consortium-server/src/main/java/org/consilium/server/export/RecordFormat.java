package org.consilium.server.export;

import java.io.IOException;
import java.io.OutputStream;
import org.consilium.contract.audit.AuditRecord;

/** The forms in which records are given to other systems. */
public enum RecordFormat {
    /** One row a record. */
    CSV("text/csv; charset=utf-8", "csv", CsvExport::new),
    /** One JSON object a line. */
    JSON("application/x-ndjson", "jsonl", JsonExport::new),
    /** One FHIR R5 AuditEvent a line. */
    FHIR("application/fhir+ndjson", "fhir.ndjson", FhirExport::new),
    /** One DICOM audit message a line. */
    ATNA("text/plain; charset=utf-8", "atna.xmll", AtnaExport::new);

    private interface Opening {
        RecordExport on(OutputStream out) throws IOException;
    }

    private final String mediaType;
    private final String suffix;
    private final Opening opening;

    RecordFormat(String mediaType, String suffix, Opening opening) {
        this.mediaType = mediaType;
        this.suffix = suffix;
        this.opening = opening;
    }

    /** Returns the media type of the whole. */
    public String mediaType() {
        return mediaType;
    }

    /** Returns how a file's name ends, without the point. */
    public String suffix() {
        return suffix;
    }

    /** Begins an export; {@link AuditRecord}s are written to the stream as they come. */
    public RecordExport to(OutputStream out) throws IOException {
        return opening.on(out);
    }
}
