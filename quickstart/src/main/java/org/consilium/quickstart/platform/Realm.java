package org.consilium.quickstart.platform;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.consilium.contract.SiteId;
import org.keycloak.admin.client.CreatedResponseUtil;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.keycloak.util.JsonSerialization;

/**
 * The realm {@code consilium}, made and changed through Keycloak's administration API.
 *
 * <p>It is not imported at Keycloak's start: the folder for that lies inside the distribution, which all checkouts share,
 * and the filled file holds secrets.
 */
final class Realm implements AutoCloseable {

    /** Its name. */
    static final String NAME = "consilium";

    private static final String PORTAL = "consilium-portal";

    /** The client of the pages of site nodes. */
    private static final String SITE_PORTAL = "consilium-site-portal";

    private final URI keycloak;
    private final String administrator;
    private final String password;
    private final SSLContext trust;
    private org.keycloak.admin.client.Keycloak admin;

    Realm(Keycloak keycloak, SSLContext trust) {
        this.keycloak = keycloak.url();
        this.administrator = keycloak.administrator();
        this.password = keycloak.administratorPassword();
        this.trust = trust;
        this.admin = login();
    }

    /**
     * Makes the realm when it is not there; otherwise tells it the addresses of this start.
     *
     * @param template {@code liberty-config/keycloak/consilium-realm.json}
     * @param values of the template's {@code @names@}; none may need escaping in JSON but the key set
     */
    void ensure(String template, Map<String, String> values) {
        String filled = template;
        for (var value : values.entrySet()) {
            filled = filled.replace("@" + value.getKey() + "@", escaped(value.getValue()));
        }
        RealmRepresentation wanted = read(filled);
        boolean missing = asking(() -> {
            try {
                admin.realm(NAME).toRepresentation();
                return false;
            } catch (NotFoundException e) {
                return true;
            }
        });
        if (missing) {
            asking(() -> {
                admin.realms().create(wanted);
                return null;
            });
            // The old token was given before the realm's own administration roles existed.
            admin.close();
            admin = login();
        } else {
            ClientRepresentation portal = client(PORTAL);
            ClientRepresentation now = wanted.getClients().stream()
                    .filter(one -> one.getClientId().equals(PORTAL))
                    .findFirst()
                    .orElseThrow();
            portal.setRedirectUris(now.getRedirectUris());
            portal.setSecret(now.getSecret());
            portal.getAttributes().putAll(now.getAttributes());
            update(portal);
        }
    }

    /**
     * Registers the addresses to which Keycloak may send a browser back after a login at a site node, or after its end; as
     * the administrator of a consortium does for each hospital.
     *
     * @param nodes their addresses, without a path
     */
    void registerPages(List<URI> nodes) {
        ClientRepresentation pages = client(SITE_PORTAL);
        pages.setRedirectUris(nodes.stream()
                .flatMap(node -> Stream.of(node + "/oidcclient/redirect/pages", node + "/signed-out.xhtml"))
                .toList());
        update(pages);
    }

    /**
     * Makes a person with a password who belongs to a hospital, where there is none yet.
     *
     * @param roles of the realm
     */
    void ensurePerson(String user, SiteId site, String hospital, String password, List<String> roles) {
        ensurePerson(
                user, List.of("Data Steward of", hospital), Map.of("site", List.of(site.value())), password, roles);
    }

    /**
     * Makes an auditor with a password, who belongs to no hospital, where there is none yet.
     *
     * @param user name to log in with
     */
    void ensureAuditor(String user, String password) {
        ensurePerson(user, List.of("External", "Auditor"), Map.of(), password, List.of("auditor"));
    }

    private void ensurePerson(
            String user, List<String> name, Map<String, List<String>> attributes, String password, List<String> roles) {
        asking(() -> {
            if (!realm().users().searchByUsername(user, true).isEmpty()) {
                return null;
            }
            UserRepresentation person = new UserRepresentation();
            person.setUsername(user);
            person.setEnabled(true);
            person.setEmail(user + "@localhost");
            person.setEmailVerified(true);
            person.setFirstName(name.get(0));
            person.setLastName(name.get(1));
            person.setAttributes(attributes);
            CredentialRepresentation secret = new CredentialRepresentation();
            secret.setType(CredentialRepresentation.PASSWORD);
            secret.setValue(password);
            secret.setTemporary(false);
            person.setCredentials(List.of(secret));
            try (Response answer = realm().users().create(person)) {
                if (answer.getStatus() != 201) {
                    throw new WebApplicationException(answer);
                }
                realm().users()
                        .get(CreatedResponseUtil.getCreatedId(answer))
                        .roles()
                        .realmLevel()
                        .add(roles.stream()
                                .map(role -> realm().roles().get(role).toRepresentation())
                                .toList());
            }
            return null;
        });
    }

    @Override
    public void close() {
        admin.close();
    }

    private ClientRepresentation client(String clientId) {
        return asking(() -> realm().clients().findByClientId(clientId).stream().findFirst())
                .orElseThrow(() -> new PlatformException(
                        "the realm has no client " + clientId + ". Remove target/consilium to make it anew."));
    }

    private void update(ClientRepresentation client) {
        asking(() -> {
            realm().clients().get(client.getId()).update(client);
            return null;
        });
    }

    /** Returns the administration API of the realm. */
    RealmResource realm() {
        return admin.realm(NAME);
    }

    private org.keycloak.admin.client.Keycloak login() {
        return org.keycloak.admin.client.Keycloak.getInstance(
                keycloak.toString(), "master", administrator, password, "admin-cli", trust);
    }

    private static <T> T asking(Supplier<T> call) {
        try {
            return call.get();
        } catch (WebApplicationException e) {
            String said = e.getResponse().hasEntity() ? e.getResponse().readEntity(String.class) : e.getMessage();
            throw new PlatformException(
                    "Keycloak refused a change of its realm (status "
                            + e.getResponse().getStatus() + "): " + said
                            + ". Remove target/consilium to set everything up anew.",
                    e);
        } catch (ProcessingException e) {
            throw new PlatformException(
                    "Keycloak cannot be reached (" + e.getMessage() + "). See target/consilium/logs/keycloak.log.", e);
        }
    }

    private static RealmRepresentation read(String json) {
        try {
            return JsonSerialization.readValue(json, RealmRepresentation.class);
        } catch (IOException e) {
            throw new PlatformException(
                    "liberty-config/keycloak/consilium-realm.json is not a realm: " + e.getMessage()
                            + ". Undo what was changed in it.",
                    e);
        }
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
