package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Es256Key;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.NoteKey;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.RecordedKeys;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/** The use cases of a site's change to a new key: let it work beside the present one, then let it work alone, or not at all. */
@ApplicationScoped
public class KeyRotations {

    /** Code of the refusal of a step that is not valid. */
    static final String INVALID = "key-rotation-invalid";

    private static final Logger LOG = Logger.getLogger(KeyRotations.class.getName());

    private final Sites sites;
    private final SiteClients clients;
    private final String issuer;
    private final Clock clock;
    private final Audit audit;
    private final RecordedKeys recorded;

    /** @param config has {@code consilium.issuer} */
    @Inject
    public KeyRotations(
            Sites sites, SiteClients clients, Config config, Clock clock, Audit audit, RecordedKeys recorded) {
        this(sites, clients, new Settings(config).https("consilium.issuer").toString(), clock, audit, recorded);
    }

    /** With a setting that was read already. */
    KeyRotations(Sites sites, SiteClients clients, String issuer, Clock clock, Audit audit, RecordedKeys recorded) {
        this.sites = sites;
        this.clients = clients;
        this.issuer = issuer;
        this.clock = clock;
        this.audit = audit;
        this.recorded = recorded;
    }

    /** For the container's proxy. */
    KeyRotations() {
        this(null, null, (String) null, null, null, null);
    }

    /**
     * Lets a site get tokens by a new key as well; doing it twice changes nothing.
     *
     * @param site that sends it
     * @param tokenIssuedAt when the token was issued that it came with
     * @param offer the new key
     * @param consent the same, signed by the present key
     * @throws Refusal if the site may not take part, the offer or the consent is not valid, or Keycloak does not take it
     */
    @Transactional
    public SiteKeys offer(SiteId site, Instant tokenIssuedAt, KeyRotation offer, String consent) {
        SiteKeys keys = locked(site, tokenIssuedAt, offer, KeyRotation.Step.OFFER);
        Requests.value(INVALID, 422, () -> {
            offer.requireConsent(keys.present(), consent);
            requireAfterWithdrawals(site, offer);
            return offer;
        });
        return given(site, keys, keys.offered(offer.key()));
    }

    /** The offer of a key that was taken back is good for some minutes, and whoever kept a copy must not put it back. */
    private void requireAfterWithdrawals(SiteId site, KeyRotation offer) {
        sites.keyWithdrawnAt(site).filter(at -> !offer.at().isAfter(at)).ifPresent(at -> {
            throw new IllegalArgumentException("'proof' is of " + offer.at() + ", and the site took back its offer at "
                    + at + "; sign a later one");
        });
    }

    /**
     * Lets a key that was offered and not confirmed get no tokens any more, and takes no offer that was signed before; doing
     * it twice changes nothing.
     *
     * @param site that sends it
     * @param tokenIssuedAt when the token was issued that it came with
     * @param withdrawal the key that was offered
     * @param consent the same, signed by the present key
     * @throws Refusal if the site may not take part, the withdrawal or the consent is not valid, or Keycloak does not take it
     */
    @Transactional
    public SiteKeys withdraw(SiteId site, Instant tokenIssuedAt, KeyRotation withdrawal, String consent) {
        SiteKeys keys = locked(site, tokenIssuedAt, withdrawal, KeyRotation.Step.WITHDRAWAL);
        Requests.value(INVALID, 422, () -> {
            withdrawal.requireConsent(keys.present(), consent);
            return withdrawal;
        });
        sites.keyWithdrawn(site, withdrawal.at());
        SiteKeys left = keys.withdrawn(withdrawal.key());
        if (!left.equals(keys)) {
            clients.give(site, left);
            LOG.info(() -> "site " + site + " has taken back its next key "
                    + withdrawal.key().kid());
            audit.append(new AuditEvent.SiteKeyWithdrawn(
                    site,
                    withdrawal.key().kid(),
                    NoteKey.of(site.value(), left.present().publicKey())));
        }
        return left;
    }

    /**
     * Lets a site get tokens by that key alone; doing it twice changes nothing.
     *
     * @param site that sends it
     * @param tokenIssuedAt when the token was issued that it came with
     * @param confirmation the key
     * @throws Refusal if the site may not take part, the confirmation is not valid, its key was not offered, or Keycloak
     *     does not take it
     */
    @Transactional
    public SiteKeys confirm(SiteId site, Instant tokenIssuedAt, KeyRotation confirmation) {
        SiteKeys keys = locked(site, tokenIssuedAt, confirmation, KeyRotation.Step.CONFIRMATION);
        return given(site, keys, keys.confirmed(confirmation.key()));
    }

    /**
     * Returns the keys of those sites, as far as Keycloak tells them now: a site whose client somebody has changed is left
     * out, and so are all that would follow one to which Keycloak does not answer.
     */
    public Map<SiteId, SiteKeys> keys(Collection<SiteId> of) {
        Map<SiteId, SiteKeys> told = new HashMap<>();
        for (SiteId site : of) {
            try {
                told.put(site, clients.keys(site));
            } catch (Refusal e) {
                if (e.problem().status() >= 500) {
                    LOG.log(Level.WARNING, e, () -> "fingerprints of keys are not shown now: " + e.getMessage());
                    break;
                }
            }
        }
        return Map.copyOf(told);
    }

    private SiteKeys locked(SiteId site, Instant tokenIssuedAt, KeyRotation asked, KeyRotation.Step step) {
        Requests.value(INVALID, 422, () -> {
            asked.requireFor(step, site, issuer, clock.instant());
            return asked;
        });
        sites.admitAlone(site, tokenIssuedAt);
        return clients.keys(site);
    }

    private SiteKeys given(SiteId site, SiteKeys before, SiteKeys after) {
        if (!after.equals(before)) {
            clients.give(site, after);
            LOG.info(() -> "keys of site " + site + ": present "
                    + after.present().kid()
                    + after.next().map(next -> ", next " + next.kid()).orElse(", no other") + "; before, present "
                    + before.present().kid());
        }
        Es256Key newest = after.next().orElse(after.present());
        NoteKey key = NoteKey.of(site.value(), newest.publicKey());
        boolean alone = after.next().isEmpty();
        // Keycloak may have taken it when this server failed before the commit: then repeating the step records it.
        if (!after.equals(before) || !recorded.sayLast(site, key, alone)) {
            audit.append(new AuditEvent.SiteKeyMoved(site, alone, newest.kid(), key));
        }
        return after;
    }
}
