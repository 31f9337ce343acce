package org.consilium.site.poll;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;

/**
 * A consortium server that may show each site another history of its log, each one consistent in itself and signed with
 * the one key; on a real socket.
 */
final class LyingConsortium {

    static final String ORIGIN = "consortium.test/audit";
    private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

    NoteSigner key = NoteSigner.generate(ORIGIN);

    /** Of which log it says that its checkpoints are. */
    String origin = ORIGIN;

    /** What it signs with, if that is another. */
    NoteSigner signsWith = key;

    boolean losesWitnesses;

    /** The history that each site is shown. */
    private final Map<String, List<byte[]>> shown = new HashMap<>();

    /** The counter-signatures that came, by site, in their order. */
    final Map<String, List<NoteSignature>> witnesses = new HashMap<>();

    LyingConsortium(ConsortiumOnASocket server) {
        server.first = this::reply;
    }

    /** Shows a site a history from now on. */
    void shows(String site, String... records) {
        List<byte[]> leaves = new ArrayList<>();
        for (String record : records) {
            leaves.add(Merkle.leaf(record.getBytes(StandardCharsets.UTF_8)));
        }
        shown.put(site, leaves);
    }

    List<NoteSignature> witnessesOf(String site) {
        return witnesses.getOrDefault(site, List.of());
    }

    private synchronized Reply reply(Received request) {
        if (request.path().endsWith("/token")) {
            return Reply.json(200, "{\"access_token\":\"" + client(request.text()) + "\",\"expires_in\":300}");
        }
        if (!request.path().contains("/audit/")) {
            return null;
        }
        String site = request.header("Authorization").substring("Bearer ".length());
        List<byte[]> leaves = shown.getOrDefault(site, List.of());
        if (request.path().endsWith("/audit/key")) {
            return text(key.key().text() + "\n");
        }
        if (request.path().endsWith("/latest")) {
            return leaves.isEmpty() ? Reply.problem("checkpoint-unknown", 404) : text(note(site, leaves));
        }
        if (request.path().endsWith("/witness")) {
            if (losesWitnesses) {
                return Reply.problem("overloaded", 503);
            }
            witnesses.computeIfAbsent(site, one -> new ArrayList<>()).add(NoteSignature.fromLine(request.text()));
            return Reply.of(204);
        }
        return proof(request, leaves);
    }

    /** The assertion that a site proves itself with names it. */
    private static String client(String form) {
        String assertion = form.replaceFirst(".*client_assertion=", "").replaceFirst("&.*", "");
        String claims = new String(Base64.getUrlDecoder().decode(assertion.split("\\.")[1]), StandardCharsets.UTF_8);
        return claims.replaceFirst(".*\"sub\":\"([^\"]+)\".*", "$1");
    }

    private String note(String site, List<byte[]> leaves) {
        Checkpoint checkpoint = new Checkpoint(
                origin,
                leaves.size(),
                Sha256.ofDigest(root(leaves, 0, leaves.size())),
                TIME.plusSeconds(leaves.size()));
        SignedCheckpoint signed = SignedCheckpoint.of(checkpoint, signsWith);
        List<NoteSignature> of = witnessesOf(site);
        return (of.isEmpty() ? signed : signed.with(of.get(of.size() - 1))).note();
    }

    private static Reply proof(Received request, List<byte[]> leaves) {
        String[] sizes = request.query().split("[=&]");
        int first = Integer.parseInt(sizes[1]);
        int second = Integer.parseInt(sizes[3]);
        if (second > leaves.size() || first > second) {
            return Reply.problem("proof-unknown", 404);
        }
        List<byte[]> path = new ArrayList<>();
        proof(leaves, first, 0, second, true, path);
        JsonArrayBuilder hashes = Json.createArrayBuilder();
        path.forEach(hash -> hashes.add(HexFormat.of().formatHex(hash)));
        return Reply.json(
                200, Json.createObjectBuilder().add("hashes", hashes).build().toString());
    }

    /** MTH of RFC 6962, section 2.1. */
    private static byte[] root(List<byte[]> leaves, int from, int to) {
        if (to - from == 1) {
            return leaves.get(from);
        }
        int split = from + (int) Merkle.split(to - from);
        return Merkle.node(root(leaves, from, split), root(leaves, split, to));
    }

    /** SUBPROOF of RFC 6962, section 2.1.2. */
    private static void proof(List<byte[]> leaves, int first, int from, int to, boolean whole, List<byte[]> path) {
        if (first == to - from) {
            if (!whole) {
                path.add(root(leaves, from, to));
            }
            return;
        }
        int left = (int) Merkle.split(to - from);
        if (first <= left) {
            proof(leaves, first, from, from + left, whole, path);
            path.add(root(leaves, from + left, to));
        } else {
            proof(leaves, first - left, from + left, to, false, path);
            path.add(root(leaves, from, from + left));
        }
    }

    private static Reply text(String body) {
        return new Reply(200, "text/plain;charset=UTF-8", body.getBytes(StandardCharsets.UTF_8), -1, Map.of());
    }
}
