package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.consilium.contract.Enrolment;
import org.consilium.contract.Messages;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Problem;

/** A hospital's way into a consortium: makes its key, keeps it, and asks to be let in with the public half. */
public final class SiteEnrolment {

    /** The file in the key folder, as the site's node reads it. */
    public static final String KEY_FILE = "site-key.pem";

    private final Https https;
    private final URI server;
    private final SigningKey key;

    /**
     * How a request stands.
     *
     * @param site the name under which the hospital was invited
     * @param state {@code REQUESTED}, {@code APPROVED} or {@code REJECTED}
     * @param issuer the realm that gives tokens to the site
     * @param reason why the hospital was not let in
     */
    public record Standing(String site, String state, String issuer, Optional<String> reason) {}

    /** A request that the consortium refused; the message says why and what to do. */
    public static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Reads the hospital's key, making it when there is none.
     *
     * @param server the consortium server, without a path
     * @param keyFolder where the key is kept, readable by its owner alone
     * @param authorities PEM file with the authorities to trust, empty for those of this Java
     * @throws PlatformException if a file cannot be used, naming it
     */
    public SiteEnrolment(URI server, Path keyFolder, Optional<Path> authorities) {
        this.server = server;
        this.https = new Https(authorities.map(CertificateAuthority::trusting).orElseGet(SiteEnrolment::usual));
        this.key = new SigningKey(PrivateFiles.folder(keyFolder).resolve(KEY_FILE));
    }

    static SSLContext usual() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new PlatformException("this Java trusts nobody (" + e.getMessage() + "). Install a JDK 17.", e);
        }
    }

    /** Returns the fingerprint of the key, which the hospital tells the administrator. */
    public String fingerprint() {
        return key.publicKey().kid();
    }

    /**
     * Asks to be let in, or how that stands; asking again is harmless.
     *
     * @param code of the invitation
     * @throws Refused if the consortium refuses the request
     * @throws PlatformException if it cannot be reached now
     */
    public Standing ask(String code) {
        JsonObject request = new Enrolment(code, key.publicKey(), NodeVersion.CURRENT.toString()).toJson(key::signed);
        HttpResponse<String> answer = https.send(
                "the consortium server",
                HttpRequest.newBuilder(URI.create(server + "/api/v1/enrolments"))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(request.toString())));
        JsonObject json = json(answer);
        if (answer.statusCode() / 100 == 5) {
            throw new PlatformException(problem(json, answer.statusCode()));
        }
        if (answer.statusCode() / 100 != 2) {
            throw new Refused(problem(json, answer.statusCode()));
        }
        return new Standing(
                Messages.text(json, "site"),
                Messages.text(json, "state"),
                Messages.text(json, "issuer"),
                Optional.ofNullable(json.getString("reason", null)));
    }

    private static String problem(JsonObject json, int status) {
        return Problem.fromJson(json, Math.max(400, Math.min(599, status))).text();
    }

    private JsonObject json(HttpResponse<String> answer) {
        try (JsonReader json = Json.createReader(new StringReader(answer.body()))) {
            return json.readObject();
        } catch (JsonException e) {
            throw new Refused(server + " answered with something that no consortium server says (status "
                    + answer.statusCode() + "). Check --server.");
        }
    }
}
