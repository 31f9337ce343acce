package org.consilium.site.audit;

import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.platform.Trace;

/** A node's log on a real database. */
final class RealAudit {

    final SiteSettings settings;
    final SiteKey key;
    final AuditStore store;
    final SiteAudit audit;
    private final SiteDatabase database;

    RealAudit(SiteDatabase database, Path keys, String site, Clock clock) {
        this.database = database;
        settings = new SiteSettings(
                new SiteId(site),
                URI.create("https://consortium.test:8443"),
                URI.create("https://keycloak.test/realms/consilium"),
                keys,
                URI.create("https://" + site + ".test"));
        key = new SiteKey(new KeyFolder(keys));
        store = new AuditStore(database.source(), database.database);
        audit = new SiteAudit(store, new Actors(null, new Trace(), settings), key, settings, clock);
    }

    /** Returns all records in their order. */
    List<AuditRecord> records() throws SQLException {
        return database.column("SELECT line FROM imaging.audit_record ORDER BY seq").stream()
                .map(AuditRecord::fromLine)
                .toList();
    }

    List<String> codes() throws SQLException {
        return records().stream().map(AuditRecord::code).toList();
    }
}
