package org.consilium.quickstart.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;

/** Who had which key when, as the records say. */
final class KeyHistory {

    /** How far two machines' clocks may be apart before a time counts as wrong. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private static final String FINGERPRINT = "keyFingerprint";

    /** Records that name or end a key; they belong to a bundle also where they belong to no study. */
    static final Set<String> CODES = Set.of(
            "audit.key-used",
            "key.made",
            "key.rotated",
            "site.approved",
            "site.key-rotation-begun",
            "site.key-rotation-withdrawn",
            "site.key-rotated",
            "site.revoked");

    private record Use(long seq, String fingerprint) {}

    private record Period(String fingerprint, Instant from, Instant to) {}

    private final List<Use> owner = new ArrayList<>();
    private final Map<String, List<Period>> sites = new TreeMap<>();

    void see(AuditRecord record) {
        String fingerprint = record.details().get(FINGERPRINT);
        switch (record.code()) {
            case "audit.key-used", "key.made", "key.rotated" -> {
                if (fingerprint != null) {
                    owner.add(new Use(record.seq(), fingerprint));
                }
            }
            case "site.approved", "site.key-rotated", "site.key-rotation-withdrawn" -> {
                end(site(record), fingerprint, record.recorded());
                begin(site(record), fingerprint, record.recorded());
            }
            case "site.key-rotation-begun" -> begin(site(record), fingerprint, record.recorded());
            case "site.revoked" -> end(site(record), null, record.recorded());
            default -> {
                // Says nothing of keys.
            }
        }
    }

    /** Returns the fingerprint of the key that the log's owner used when the log had that many records. */
    Optional<String> ownerAt(long size) {
        Optional<String> last = Optional.empty();
        for (Use use : owner) {
            if (use.seq() < size) {
                last = Optional.of(use.fingerprint());
            }
        }
        return last;
    }

    /** Returns whether a record says that this key was the log's owner's. */
    boolean isOwners(Sha256 fingerprint) {
        return owner.stream().anyMatch(use -> use.fingerprint().equals(fingerprint.hex()));
    }

    /** Returns whether a record says that this key was a site's. */
    boolean isOf(String site, Sha256 fingerprint) {
        return periods(site).stream().anyMatch(one -> one.fingerprint().equals(fingerprint.hex()));
    }

    /** Returns whether this key was a site's at a time, which another machine's clock tells. */
    boolean isOf(String site, Sha256 fingerprint, Instant at) {
        return periods(site).stream()
                .anyMatch(one -> one.fingerprint().equals(fingerprint.hex())
                        && !at.isBefore(one.from().minus(SKEW))
                        && (one.to().equals(Instant.MAX) || !at.isAfter(one.to().plus(SKEW))));
    }

    private void begin(String site, String fingerprint, Instant at) {
        boolean isOpen = periods(site).stream()
                .anyMatch(
                        one -> one.fingerprint().equals(fingerprint) && one.to().equals(Instant.MAX));
        if (fingerprint != null && !isOpen) {
            sites.computeIfAbsent(site, none -> new ArrayList<>()).add(new Period(fingerprint, at, Instant.MAX));
        }
    }

    /** Ends all keys of a site but one. */
    private void end(String site, String but, Instant at) {
        sites.computeIfPresent(
                site,
                (name, periods) -> new ArrayList<>(periods.stream()
                        .map(one -> one.to().equals(Instant.MAX)
                                        && !one.fingerprint().equals(but)
                                ? new Period(one.fingerprint(), one.from(), at)
                                : one)
                        .toList()));
    }

    private List<Period> periods(String site) {
        return sites.getOrDefault(site, List.of());
    }

    private static String site(AuditRecord record) {
        return record.site().map(SiteId::value).orElse(record.entity().id());
    }
}
