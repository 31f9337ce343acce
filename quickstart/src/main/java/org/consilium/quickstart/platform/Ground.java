package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.time.Clock;

/**
 * What every part stands on.
 *
 * @param home root of the project
 * @param state where data, keys and logs are kept
 * @param processes starts and remembers processes
 * @param secrets passwords
 * @param ports ports
 * @param authority certificates
 * @param https requests that trust the authority
 * @param cache unpacked distributions
 */
record Ground(
        Path home,
        StateFolder state,
        ProcessRegistry processes,
        Secrets secrets,
        Ports ports,
        CertificateAuthority authority,
        Https https,
        Distribution cache) {

    /** Opens all of it in a state folder that is held. */
    static Ground in(Path home, StateFolder state, ProcessRegistry processes) {
        Secrets secrets = new Secrets(state.path("secrets.properties"));
        CertificateAuthority authority = new CertificateAuthority(state.folder("tls"), secrets, Clock.systemUTC());
        return new Ground(
                home,
                state,
                processes,
                secrets,
                new Ports(state.path("ports.properties")),
                authority,
                new Https(authority.clientContext()),
                new Distribution(Distribution.cacheFolder(System.getenv())));
    }

    /** Returns the archive of a distribution, where the build found it. */
    Path archive(String artifact) {
        return Distribution.archive(home.resolve("quickstart/target/distributions.txt"), artifact);
    }
}
