package org.consilium.site.audit;

import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.platform.Trace;

/** A node's audit log and witness on a real database, and their resource, called outside of any request. */
public final class AuditOfNode {

    public final SiteAudit audit;
    public final Witness witness;
    private final AuditResource resource = new AuditResource();

    public AuditOfNode(SiteDatabase database, SiteKey key, SiteSettings settings, Clock clock) {
        AuditStore store = new AuditStore(database.source(), database.database);
        audit = new SiteAudit(store, new Actors(null, new Trace(), settings), key, settings, clock);
        witness = new Witness(store, audit, key, settings, clock);
        resource.audit = audit;
        resource.witness = witness;
        resource.settings = settings;
    }

    /** Returns the records of that code. */
    public List<AuditRecord> records(String code) {
        return resource.records(null)
                .getEntity()
                .toString()
                .lines()
                .map(AuditRecord::fromLine)
                .filter(record -> record.code().equals(code))
                .toList();
    }

    /** Returns what the steward gets for an auditor. */
    public String witnessFile() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Response response = resource.witness()) {
            ((StreamingOutput) response.getEntity()).write(bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns what the steward sees of the alarm. */
    public JsonObject alarm() {
        return json(resource.alarm());
    }

    /** Acknowledges it. */
    public JsonObject acknowledge() {
        return json(resource.acknowledge());
    }

    private static JsonObject json(Response response) {
        try (response) {
            return Responses.object(response.getEntity().toString());
        }
    }
}
