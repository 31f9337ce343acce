package org.consilium.site.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consilium.auditlog.Records;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.platform.Database;

/**
 * All of the node's log up to a checkpoint, as a zip: {@code records.jsonl} (the records' lines by place), {@code
 * checkpoint.txt} (a signed note whose root is that of the tree over these lines, RFC 6962) and {@code key.txt} (the key that
 * it is signed with).
 */
final class SiteExport {

    private final AuditStore store;
    private final SiteId site;
    private final SignedCheckpoint checkpoint;
    private final NoteKey key;

    SiteExport(AuditStore store, SiteId site, SignedCheckpoint checkpoint, NoteKey key) {
        this.store = store;
        this.site = site;
        this.checkpoint = checkpoint;
        this.key = key;
    }

    String fileName() {
        return "consilium-audit-" + site + "-" + checkpoint.checkpoint().size() + ".zip";
    }

    /** Writes it, a few records at a time. */
    void write(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        put(zip, "checkpoint.txt", checkpoint.note());
        put(zip, "key.txt", key.text() + "\n");
        zip.putNextEntry(new ZipEntry("records.jsonl"));
        long size = checkpoint.checkpoint().size();
        try {
            store.committed(connection -> new Records(connection, Database.SCHEMA)
                    .read(Records.Filter.all().below(size), size, record -> {
                        try {
                            zip.write((record.line() + "\n").getBytes(StandardCharsets.UTF_8));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        zip.closeEntry();
        zip.finish();
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
