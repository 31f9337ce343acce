package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.eclipse.microprofile.config.Config;

/** Records that the server has started: with which version, settings and key. */
@ApplicationScoped
class Opening {

    private final AuditTrail audit;
    private final Ledger ledger;
    private final Config config;

    @Inject
    Opening(AuditTrail audit, Ledger ledger, Config config) {
        this.audit = audit;
        this.ledger = ledger;
        this.config = config;
    }

    /** For the container's proxy. */
    Opening() {
        this(null, null, null);
    }

    @Transactional
    public void record() {
        ledger.noteKey();
        List<AuditEvent> events = new ArrayList<>();
        events.add(new AuditEvent.SystemStarted(NodeVersion.CURRENT.toString()));
        Sha256 settings = settings();
        Optional<Sha256> before = ledger.lastOf("configuration.known", "configuration.changed")
                .map(AuditRecord::details)
                .map(details -> new Sha256(details.get("after")));
        if (before.isEmpty()) {
            events.add(new AuditEvent.ConfigurationKnown(settings));
        } else if (!before.get().equals(settings)) {
            events.add(new AuditEvent.ConfigurationChanged(before.get(), settings));
        }
        audit.append(events.toArray(AuditEvent[]::new));
    }

    /** Digest of the operator's settings without the secret ones: a digest of a short password would give it away. */
    private Sha256 settings() {
        TreeMap<String, String> own = new TreeMap<>();
        for (String name : config.getPropertyNames()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (name.startsWith("consilium.") && !lower.contains("password") && !lower.contains("secret")) {
                own.put(name, config.getOptionalValue(name, String.class).orElse(""));
            }
        }
        return Sha256.of(own.toString().getBytes(StandardCharsets.UTF_8));
    }
}
