package org.consilium.quickstart.platform;

import java.time.Clock;
import java.util.List;
import org.consilium.contract.SiteId;

/** People of a hospital who may do nothing at its node. */
public final class Strangers {

    private Strangers() {}

    /** Returns a person of a hospital who has no role there, only that of an auditor. */
    public static Steward auditor(Platform platform, SiteId site) {
        String user = "auditor-of-" + site;
        String password = "known to tests alone";
        try (Realm realm = platform.realm()) {
            realm.ensurePerson(user, site, SiteRegistration.hospital(site), password, List.of("auditor"));
        }
        return new Steward(platform.https(), platform.issuer(), site, user, password, Clock.systemUTC());
    }
}
