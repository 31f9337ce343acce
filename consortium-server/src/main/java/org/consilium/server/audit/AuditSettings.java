package org.consilium.server.audit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/**
 * The settings of the audit log.
 *
 * @param origin the log's name: host, port and path of {@code consilium.public.url}, followed by {@code /audit}
 * @param signer key that signs checkpoints, of the PEM file that {@code consilium.audit.key} names; the same for all replicas
 * @param interval longest time until what was appended is covered by a checkpoint, {@code consilium.audit.checkpoint.seconds}
 */
record AuditSettings(String origin, NoteSigner signer, Duration interval) {

    private static final String KEY = "consilium.audit.key";
    private static final long TEN_MINUTES = 600;
    private static final long LONGEST = 86_400;

    static AuditSettings from(Config config) {
        Settings settings = new Settings(config);
        URI address = settings.https("consilium.public.url");
        String origin = address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort())
                + (address.getPath() == null ? "" : address.getPath()) + "/audit";
        Path file = Path.of(settings.text(KEY));
        NoteSigner signer;
        try {
            signer = NoteSigner.fromPem(origin, Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "setting " + KEY + " names " + file + ", which is no readable Ed25519 key: " + e.getMessage()
                            + "; make one with './consilium audit key " + file + "' and give all replicas the same",
                    e);
        }
        return new AuditSettings(
                origin, signer, settings.seconds("consilium.audit.checkpoint.seconds", TEN_MINUTES, 1, LONGEST));
    }

    @Override
    public String toString() {
        return "AuditSettings[" + origin + ", " + signer.key().fingerprint() + "]";
    }
}
