package org.consilium.server.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.Es256Key;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Refusal;

/** Keycloak's clients of sites in memory, with what it was told; it may be out of reach. */
final class MemorySiteClients implements SiteClients {

    private final Map<SiteId, SiteKeys> keys = new HashMap<>();

    /** What was changed, in the order in which it was. */
    final List<String> told = new ArrayList<>();

    boolean isAway;

    @Override
    public void admit(SiteId site, String organisation, Es256Key key) {
        requireThere();
        keys.put(site, SiteKeys.of(key));
        told.add(site + " " + organisation + " " + key.kid());
    }

    @Override
    public SiteKeys keys(SiteId site) {
        requireThere();
        return Optional.ofNullable(keys.get(site))
                .orElseThrow(() -> Refusal.of(409, "client-missing", "There is none.", "Ask for an invitation."));
    }

    @Override
    public void give(SiteId site, SiteKeys given) {
        requireThere();
        keys.put(site, given);
        told.add(site + " " + given.present().kid()
                + given.next().map(next -> " " + next.kid()).orElse(""));
    }

    @Override
    public void shut(SiteId site) {
        requireThere();
        keys.remove(site);
        told.add(site + " shut");
    }

    private void requireThere() {
        if (isAway) {
            throw Refusal.of(503, "keycloak-unreachable", "It is away.", "Wait.");
        }
    }
}
