package org.consilium.server.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import org.consilium.contract.audit.AuditRecord;

/**
 * Records as JSON lines: {@code {"record":...,"leafHash":"..."}}, where the record is its {@linkplain AuditRecord#line()
 * canonical line} as it is hashed.
 */
final class JsonExport implements RecordExport {

    private final Writer out;

    JsonExport(OutputStream out) {
        this.out = RecordTexts.utf8(out);
    }

    @Override
    public void write(AuditRecord entry) throws IOException {
        out.write("{\"record\":" + entry.line() + ",\"leafHash\":\"" + entry.leafHash() + "\"}\n");
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
