package org.consilium.server.platform;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;
import org.keycloak.OAuth2Constants;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.KeycloakBuilder;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.representations.idm.ClientRepresentation;

/**
 * The consortium's realm, as far as the server changes it, the clients of sites, and as far as it reads it, the log-ins that
 * were refused. It acts as the client {@code consilium-server}, which may manage clients and users of this realm and see its
 * events, and nothing outside of it.
 */
@ApplicationScoped
public class KeycloakRealm {

    private static final Logger LOG = Logger.getLogger(KeycloakRealm.class.getName());
    private static final String CLIENT = "consilium-server";
    private static final String REALMS = "/realms/";

    /** An attribute of the clients that this class made. */
    private static final String MARK = "consilium.made.by";

    private static final String OWN = "consortium-server";

    /** The attribute with a client's public keys. */
    private static final String KEYS = "jwks.string";

    private final URI issuer;
    private final String server;
    private final String name;
    private final String secret;
    private Keycloak keycloak;

    /** @param config has {@code consilium.issuer} and {@code consilium.server.client.secret} */
    @Inject
    public KeycloakRealm(Config config) {
        Settings settings = new Settings(config);
        issuer = settings.https("consilium.issuer");
        secret = settings.text("consilium.server.client.secret");
        String address = issuer.toString();
        int realms = address.indexOf(REALMS);
        if (realms < 0) {
            throw new IllegalStateException("setting consilium.issuer is '" + issuer
                    + "'; use the address of a realm such as https://keycloak.example.org/realms/consilium");
        }
        server = address.substring(0, realms);
        name = address.substring(realms + REALMS.length());
    }

    /** For the container's proxy. */
    KeycloakRealm() {
        issuer = null;
        server = null;
        name = null;
        secret = null;
    }

    @PreDestroy
    synchronized void close() {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    /**
     * Makes a client that proves itself by a key (RFC 7523), or gives one that was made by this that key and no other.
     *
     * @param id its name
     * @param label for people
     * @param jwks the public key
     * @param role the realm's role that it has
     * @throws Refusal if Keycloak is out of reach or refuses, or has a client of that name for something else
     */
    public void ensureClient(String id, String label, JsonObject jwks, String role) {
        telling(realm -> {
            ClientRepresentation wanted = wanted(id, label, jwks);
            Optional<ClientRepresentation> known = find(realm, id);
            known.ifPresentOrElse(
                    client -> {
                        requireOwn(client);
                        realm.clients().get(client.getId()).update(wanted);
                    },
                    () -> create(realm, wanted));
            String client = known.or(() -> find(realm, id)).orElseThrow().getId();
            realm.users()
                    .get(realm.clients().get(client).getServiceAccountUser().getId())
                    .roles()
                    .realmLevel()
                    .add(List.of(realm.roles().get(role).toRepresentation()));
        });
    }

    /**
     * Returns the public keys of a client that was made by this, as they were given to it.
     *
     * @param id its name
     * @throws Refusal if Keycloak is out of reach or refuses, or has no such client of this
     */
    public String keys(String id) {
        return asking(realm -> own(realm, id).getAttributes().getOrDefault(KEYS, ""));
    }

    /**
     * Gives a client that was made by this these keys and no others, at once; all else of it stays.
     *
     * @param id its name
     * @param jwks public keys
     * @throws Refusal if Keycloak is out of reach or refuses, or has no such client of this
     */
    public void giveKeys(String id, JsonObject jwks) {
        telling(realm -> {
            ClientRepresentation client = own(realm, id);
            client.getAttributes().put(KEYS, jwks.toString());
            realm.clients().get(client.getId()).update(client);
        });
    }

    /**
     * Lets a client that was made by this get no more tokens; nothing if there is none.
     *
     * @param id its name
     * @throws Refusal if Keycloak is out of reach or refuses
     */
    public void disableClient(String id) {
        telling(realm -> find(realm, id).filter(KeycloakRealm::isOwn).ifPresent(client -> {
            client.setEnabled(false);
            realm.clients().get(client.getId()).update(client);
        }));
    }

    /**
     * Returns log-ins of people and of clients that Keycloak refused, the oldest first, as far as it keeps them.
     *
     * @param from only those at this time or later
     * @param first how many to leave out
     * @param most how many at most
     * @throws IOException if Keycloak is out of reach or refuses, saying what to do
     */
    public List<FailedLogIn> failedLogIns(Instant from, int first, int most) throws IOException {
        try {
            return realm()
                    .getEvents(
                            List.of("LOGIN_ERROR", "CLIENT_LOGIN_ERROR"),
                            null,
                            null,
                            from.toEpochMilli(),
                            Long.MAX_VALUE,
                            null,
                            first,
                            most,
                            "asc")
                    .stream()
                    .map(FailedLogIn::of)
                    .toList();
        } catch (WebApplicationException e) {
            throw unanswered(e);
        } catch (ProcessingException e) {
            if (e.getCause() instanceof WebApplicationException refusal) {
                throw unanswered(refusal);
            }
            throw new IOException("Keycloak at " + issuer + " cannot be reached", e);
        }
    }

    private IOException unanswered(WebApplicationException e) {
        int status = e.getResponse().getStatus();
        String next = status == 403
                ? "; give the client " + CLIENT + " the role view-events, as in consilium-realm.json"
                : "";
        return new IOException("Keycloak at " + issuer + " answered status " + status + next, e);
    }

    private static ClientRepresentation own(RealmResource realm, String id) {
        ClientRepresentation client = find(realm, id)
                .orElseThrow(() -> Refusal.of(
                        409,
                        "client-missing",
                        "Keycloak has no client '" + id + "'.",
                        "Have the coordinator of the consortium invite the site again."));
        requireOwn(client);
        return client;
    }

    private static Optional<ClientRepresentation> find(RealmResource realm, String id) {
        return realm.clients().findByClientId(id).stream().findFirst();
    }

    private static void create(RealmResource realm, ClientRepresentation wanted) {
        try (Response answer = realm.clients().create(wanted)) {
            // 409: another server of this consortium was quicker.
            if (answer.getStatus() != 201 && answer.getStatus() != 409) {
                throw new WebApplicationException(answer);
            }
        }
    }

    /** Whoever were given a key for the portal's client, or for the server's own, would have what these may do. */
    private static void requireOwn(ClientRepresentation known) {
        if (!isOwn(known)) {
            throw Refusal.of(
                    409,
                    "client-taken",
                    "Keycloak has a client '" + known.getClientId() + "' that is no site.",
                    "Have the coordinator invite the site under another id; reject an invitation that stands for it.");
        }
    }

    private static boolean isOwn(ClientRepresentation client) {
        return client.getAttributes() != null
                && OWN.equals(client.getAttributes().get(MARK));
    }

    private static ClientRepresentation wanted(String id, String name, JsonObject jwks) {
        ClientRepresentation client = new ClientRepresentation();
        client.setClientId(id);
        client.setName(name);
        client.setEnabled(true);
        client.setProtocol("openid-connect");
        client.setPublicClient(false);
        client.setStandardFlowEnabled(false);
        client.setDirectAccessGrantsEnabled(false);
        client.setServiceAccountsEnabled(true);
        client.setClientAuthenticatorType("client-jwt");
        client.setAttributes(Map.of(
                MARK,
                OWN,
                "use.jwks.string",
                "true",
                KEYS,
                jwks.toString(),
                "token.endpoint.auth.signing.alg",
                "ES256"));
        client.setDefaultClientScopes(List.of("basic", "consilium", "consilium-api"));
        client.setOptionalClientScopes(List.of());
        return client;
    }

    private void telling(Consumer<RealmResource> request) {
        asking(realm -> {
            request.accept(realm);
            return realm;
        });
    }

    private <T> T asking(Function<RealmResource, T> request) {
        try {
            return request.apply(realm());
        } catch (WebApplicationException e) {
            throw refused(e);
        } catch (ProcessingException e) {
            // A refusal of the token that it fetches first comes wrapped.
            if (e.getCause() instanceof WebApplicationException refusal) {
                throw refused(refusal);
            }
            LOG.log(Level.WARNING, e, () -> "Keycloak cannot be asked: " + issuer);
            throw Refusal.of(
                    503,
                    "keycloak-unreachable",
                    "Keycloak at " + issuer + " cannot be reached.",
                    "Try again when it is back; nothing is lost.");
        }
    }

    private Refusal refused(WebApplicationException e) {
        int status = e.getResponse().getStatus();
        LOG.log(Level.WARNING, e, () -> "Keycloak refused a change of realm " + issuer);
        return Refusal.of(
                502,
                "keycloak-refused",
                "Keycloak at " + issuer + " answered status " + status + ".",
                "Have the operator compare the client " + CLIENT + " and its roles with consilium-realm.json, then"
                        + " try again: nothing is lost.");
    }

    private synchronized RealmResource realm() {
        if (keycloak == null) {
            keycloak = KeycloakBuilder.builder()
                    .serverUrl(server)
                    .realm(name)
                    .grantType(OAuth2Constants.CLIENT_CREDENTIALS)
                    .clientId(CLIENT)
                    .clientSecret(secret)
                    .build();
        }
        return keycloak.realm(name);
    }
}
