package org.consilium.site.poll;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.consilium.contract.Es256Key;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.KeyRotation.Step;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;

/**
 * The keys of one site as consortium server and Keycloak keep them: it gives tokens to these keys, takes offers and
 * confirmations as the server does, and fails when it is told. After each request it looks whether the key that the node
 * would start with is one that opens.
 */
final class RealmOnASocket implements Function<Received, Reply> {

    private final SiteId site = new SiteId("site-1");
    private final Path keyFolder;
    private int count;

    /** The keys that open, the present one first. */
    final List<Es256Key> keys = new ArrayList<>();

    /** What went wrong; a server's thread cannot fail a test. */
    final List<String> wrong = new ArrayList<>();

    /** Which request fails, from 1 on. */
    int failing;

    /** Whether what it asks for is done nevertheless, so that only the answer is lost. */
    boolean doneNevertheless;

    /** Whether it has lost the key that the node uses: then that opens nothing until it is offered again. */
    boolean hasLostOne;

    RealmOnASocket(Path keyFolder, Es256Key... keys) {
        this.keyFolder = keyFolder;
        this.keys.addAll(List.of(keys));
    }

    @Override
    public Reply apply(Received request) {
        boolean token = request.path().endsWith("/token");
        if (!token && !request.path().contains("/sites/self/keys/")) {
            return keys.stream().anyMatch(key -> wasGotBy(key, request)) ? null : Reply.problem("token-unknown", 401);
        }
        boolean fails = ++count == failing;
        if (fails && !doneNevertheless) {
            return Reply.problem("away", 503);
        }
        Reply reply;
        try {
            reply = token ? token(request) : taken(request);
        } catch (IllegalArgumentException e) {
            wrong.add(request.path() + ": " + e.getMessage());
            reply = Reply.problem("key-rotation-invalid", 422);
        }
        if (!hasLostOne && !keys.contains(new SiteKey(new KeyFolder(keyFolder)).publicKey())) {
            wrong.add("after " + request.path() + " the node's key opens nothing");
        }
        return fails ? Reply.problem("away", 503) : reply;
    }

    /** Returns how many requests there were. */
    int count() {
        return count;
    }

    private Reply token(Received request) {
        String assertion = Arrays.stream(request.text().split("&"))
                .filter(field -> field.startsWith("client_assertion="))
                .map(field -> URLDecoder.decode(field.substring(field.indexOf('=') + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
        for (Es256Key key : keys) {
            try {
                key.verified(assertion);
                return Reply.json(200, "{\"access_token\":\"" + key.kid() + "." + count + "\",\"expires_in\":300}");
            } catch (IllegalArgumentException another) {
                // Perhaps the next key signed it.
            }
        }
        return Reply.json(401, "{\"error\":\"invalid_client\"}");
    }

    private Reply taken(Received request) {
        var body = Responses.object(request.text());
        KeyRotation asked = KeyRotation.fromJson(body);
        boolean offer = request.path().endsWith("/next");
        boolean withdrawal = request.path().endsWith("/withdrawal");
        asked.requireFor(
                offer ? Step.OFFER : withdrawal ? Step.WITHDRAWAL : Step.CONFIRMATION,
                site,
                "https://keycloak.test/realms/consilium",
                TestNode.NOW);
        if (withdrawal) {
            asked.requireConsent(keys.get(0), Messages.text(body, "consent"));
            require(!keys.get(0).equals(asked.key()), "the present key is not withdrawn");
            keys.remove(asked.key());
        } else if (offer) {
            asked.requireConsent(keys.get(0), Messages.text(body, "consent"));
            require(wasGotBy(keys.get(0), request), "an offer comes with a token by the present key");
            keys.subList(1, keys.size()).clear();
            keys.add(asked.key());
        } else {
            require(keys.contains(asked.key()), "only a key that was offered is confirmed");
            require(wasGotBy(asked.key(), request), "a confirmation comes with a token by the new key");
            keys.retainAll(List.of(asked.key()));
        }
        return Reply.json(200, "{}");
    }

    private static boolean wasGotBy(Es256Key key, Received request) {
        return String.valueOf(request.header("Authorization")).startsWith("Bearer " + key.kid() + ".");
    }

    private static void require(boolean right, String rule) {
        if (!right) {
            throw new IllegalArgumentException(rule);
        }
    }
}
