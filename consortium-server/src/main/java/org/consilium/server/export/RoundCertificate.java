package org.consilium.server.export;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord.Peer;

/**
 * Where a round's model comes from: under which protocol, from which model, of whose updates
 * ({@link org.consilium.contract.audit.BundleFormat}).
 *
 * @param study the study
 * @param round its number
 * @param protocolVersion version of the protocol under which it was opened
 * @param protocol that version's digest
 * @param serverVersion what aggregated
 * @param strategy by which
 * @param startModel from which model the sites started
 * @param state where the round stands
 * @param openedAt when it was opened
 * @param completedAt when it was completed, if it is
 * @param participants who was asked, by site
 * @param aggregate the mean of the updates, where there is one
 * @param model the new global model, where it is not the aggregate itself
 * @param startImpressions the synthesised images that sites trained on, where there were any
 * @param impressions what became of those that the round was to make
 */
public record RoundCertificate(
        StudyId study,
        int round,
        int protocolVersion,
        Sha256 protocol,
        String serverVersion,
        String strategy,
        Sha256 startModel,
        String state,
        Instant openedAt,
        Optional<Instant> completedAt,
        List<Participant> participants,
        Optional<Sha256> aggregate,
        Optional<Sha256> model,
        Optional<Sha256> startImpressions,
        Optional<Impressions> impressions) {

    /**
     * What became of synthesised images.
     *
     * @param made the set that was judged
     * @param released what may be trained on
     * @param outcome in a sentence
     * @param verdicts how many sites have judged it
     * @param vetoes how many single images they have vetoed in all
     */
    public record Impressions(
            Optional<Sha256> made, Optional<Sha256> released, Optional<String> outcome, long verdicts, long vetoes) {}

    /**
     * A site that was asked.
     *
     * @param site who
     * @param state what it answered
     * @param update its update, where it was taken
     */
    public record Participant(SiteId site, String state, Optional<Taken> update) {}

    /**
     * An update that was taken.
     *
     * @param sha256 of its bytes
     * @param examples how many images it was trained on
     * @param bytes its length
     * @param nodeVersion what computed it
     * @param dataset fingerprint of the data, where the site has declared it
     * @param peer the site's own record of it
     * @param weight its share in the aggregate; none where it is not in it
     */
    public record Taken(
            Sha256 sha256,
            long examples,
            long bytes,
            Optional<String> nodeVersion,
            Optional<Sha256> dataset,
            Optional<Peer> peer,
            OptionalDouble weight) {

        /** Checks that it was trained on something. */
        public Taken {
            Objects.requireNonNull(sha256, "sha256");
            if (examples < 1) {
                throw new IllegalArgumentException("an update that was taken has examples, not " + examples);
            }
        }
    }

    /** Sorts the participants. */
    public RoundCertificate {
        participants = participants.stream()
                .sorted(Comparator.comparing(Participant::site))
                .toList();
    }

    /** Returns it as it is in a bundle. */
    JsonObject json() {
        JsonArrayBuilder list = RecordTexts.JSON.createArrayBuilder();
        participants.forEach(one -> list.add(json(one)));
        JsonObjectBuilder json = RecordTexts.JSON
                .createObjectBuilder()
                .add("study", study.value())
                .add("round", round)
                .add("protocolVersion", protocolVersion)
                .add("protocol", protocol.hex())
                .add("serverVersion", serverVersion)
                .add("strategy", strategy)
                .add("startModel", startModel.hex())
                .add("state", state)
                .add("openedAt", openedAt.toString());
        completedAt.ifPresent(at -> json.add("completedAt", at.toString()));
        json.add("participants", list);
        add(json, "aggregate", aggregate);
        add(json, "model", model);
        add(json, "startImpressions", startImpressions);
        impressions.ifPresent(set -> json.add("impressions", json(set)));
        return json.build();
    }

    private static JsonObjectBuilder json(Impressions set) {
        JsonObjectBuilder json = RecordTexts.JSON.createObjectBuilder();
        add(json, "made", set.made());
        add(json, "released", set.released());
        set.outcome().ifPresent(outcome -> json.add("outcome", outcome));
        return json.add("verdicts", set.verdicts()).add("vetoes", set.vetoes());
    }

    private static void add(JsonObjectBuilder json, String name, Optional<Sha256> digest) {
        digest.ifPresent(there -> json.add(name, there.hex()));
    }

    private static JsonObjectBuilder json(Participant one) {
        JsonObjectBuilder json = RecordTexts.JSON
                .createObjectBuilder()
                .add("site", one.site().value())
                .add("state", one.state());
        one.update().ifPresent(update -> {
            json.add("update", update.sha256().hex()).add("examples", update.examples());
            update.weight().ifPresent(weight -> json.add("weight", weight));
            json.add("bytes", update.bytes());
            update.nodeVersion().ifPresent(version -> json.add("nodeVersion", version));
            update.dataset().ifPresent(data -> json.add("dataset", data.hex()));
            update.peer()
                    .ifPresent(peer -> json.add("peerEvent", peer.event().toString())
                            .add("peerHash", peer.hash().hex()));
        });
        return json;
    }
}
