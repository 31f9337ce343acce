package org.consilium.quickstart.platform;

import java.time.Clock;
import java.util.List;
import org.consilium.contract.SiteId;

/** People whom a test makes, and whose password it knows. */
public final class Strangers {

    private static final String PASSWORD = "known to tests alone";

    private Strangers() {}

    /** Makes a person of a hospital with a role, where there is none yet, and returns the password. */
    public static String person(Platform platform, String user, SiteId site, String role) {
        try (Realm realm = platform.realm()) {
            realm.ensurePerson(user, site, SiteRegistration.hospital(site), PASSWORD, List.of(role));
        }
        return PASSWORD;
    }

    /** Returns a person of a hospital who has no role there, only that of an auditor. */
    public static Steward auditor(Platform platform, SiteId site) {
        String user = "auditor-of-" + site;
        String password = person(platform, user, site, "auditor");
        return new Steward(platform.https(), platform.issuer(), site, user, password, Clock.systemUTC());
    }
}
