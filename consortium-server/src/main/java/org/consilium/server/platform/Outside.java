package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.Config;

/** The way out to other servers: over https it trusts the consortium's own authorities and no others. */
@ApplicationScoped
public class Outside {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ServerSettings settings;
    private volatile HttpClient client;

    @Inject
    Outside(Config config) {
        this(ServerSettings.from(config));
    }

    private Outside(ServerSettings settings) {
        this.settings = settings;
    }

    /** For the container's proxy. */
    Outside() {
        this((ServerSettings) null);
    }

    /** Has the settings read at the start, so that a bad one is refused then and not at the first check. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        settings();
    }

    ServerSettings settings() {
        return settings;
    }

    /**
     * Returns the body of a 200 answer; for readiness checks.
     *
     * @throws IOException saying what was wrong
     */
    String fetch(URI address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        HttpResponse<String> response = client().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("it answered status " + response.statusCode());
        }
        return response.body();
    }

    /**
     * Returns the client, which limits the time to connect; that of an answer is for each request to limit.
     *
     * @throws IOException if the trust store cannot be used
     */
    public HttpClient client() throws IOException {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .sslContext(trusting())
                    .build();
        }
        return client;
    }

    private SSLContext trusting() throws IOException {
        try (InputStream file = Files.newInputStream(settings.trustStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, settings.trustStorePassword().toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("trust store " + settings.trustStore() + " cannot be used: " + e.getMessage(), e);
        }
    }
}
