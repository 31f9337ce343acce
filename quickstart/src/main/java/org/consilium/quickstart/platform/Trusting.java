package org.consilium.quickstart.platform;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Optional;

/** What commands need at a machine on which none of the parts runs. */
public final class Trusting {

    private Trusting() {}

    /**
     * Returns a client for HTTPS.
     *
     * @param authorities PEM file with the authorities to trust, empty for those of this Java
     */
    public static HttpClient client(Optional<Path> authorities) {
        return new Https(authorities.map(CertificateAuthority::trusting).orElseGet(SiteEnrolment::usual)).client();
    }

    /** Writes a file that only its owner can read. */
    public static void writePrivately(Path file, String text) {
        PrivateFiles.write(file, text);
    }
}
