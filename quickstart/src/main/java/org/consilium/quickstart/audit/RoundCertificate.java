package org.consilium.quickstart.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.quickstart.audit.RecordFacts.Version;

/**
 * A line of {@code rounds.jsonl}: which model came of which updates.
 *
 * @param version the protocol's version
 * @param round its number
 * @param protocol the version's digest
 * @param strategy the method's name
 * @param startModel what training started from
 * @param state where it stands
 * @param participants by site
 * @param aggregate the mean of the updates
 * @param model the new global model, where it is the aggregate with its head recalibrated
 * @param released the synthesised images that were released
 * @param synthesises whether it tells of synthesised images at all
 */
record RoundCertificate(
        Version version,
        int round,
        Sha256 protocol,
        String strategy,
        Sha256 startModel,
        String state,
        List<Participant> participants,
        Optional<Sha256> aggregate,
        Optional<Sha256> model,
        Optional<Sha256> released,
        boolean synthesises) {

    /**
     * A site in it.
     *
     * @param site the site
     * @param update what was taken of it
     * @param weight its share in the new model; none where its update was not used
     */
    record Participant(SiteId site, Optional<Taken> update, OptionalDouble weight) {}

    /**
     * An update that was taken.
     *
     * @param digest its parameters
     * @param examples on how many it was trained
     * @param dataset fingerprint
     * @param peer the site's own record of it; empty if it has none
     */
    record Taken(Sha256 digest, long examples, String dataset, String peer) {}

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static RoundCertificate parse(byte[] line) {
        StrictJson json = StrictJson.parse(LineReader.text(line))
                .only(
                        "study",
                        "round",
                        "protocolVersion",
                        "protocol",
                        "serverVersion",
                        "strategy",
                        "startModel",
                        "state",
                        "openedAt",
                        "completedAt",
                        "participants",
                        "aggregate",
                        "model",
                        "startImpressions",
                        "impressions");
        Instant opened = json.instant("openedAt");
        if (json.optionalInstant("completedAt").filter(opened::isAfter).isPresent()) {
            throw new IllegalArgumentException("'completedAt' is before 'openedAt'");
        }
        json.text("serverVersion");
        Optional<Sha256> start = json.optionalDigest("startImpressions");
        Optional<StrictJson> impressions =
                json.has("impressions") ? Optional.of(json.object("impressions")) : Optional.empty();
        Optional<Sha256> released = impressions.flatMap(set -> {
            set.only("made", "released", "outcome", "verdicts", "vetoes");
            set.optionalDigest("made");
            set.optionalText("outcome");
            set.whole("verdicts");
            set.whole("vetoes");
            return set.optionalDigest("released");
        });
        return new RoundCertificate(
                new Version(new StudyId(json.text("study")).value(), json.small("protocolVersion")),
                json.small("round"),
                json.digest("protocol"),
                json.text("strategy"),
                json.digest("startModel"),
                json.text("state"),
                json.objects("participants").stream()
                        .map(RoundCertificate::participant)
                        .toList(),
                json.optionalDigest("aggregate"),
                json.optionalDigest("model"),
                released,
                start.isPresent() || impressions.isPresent());
    }

    private static Participant participant(StrictJson json) {
        json.only(
                "site",
                "state",
                "update",
                "examples",
                "weight",
                "bytes",
                "nodeVersion",
                "dataset",
                "peerEvent",
                "peerHash");
        SiteId site = new SiteId(json.text("site"));
        json.text("state");
        if (!json.has("update")) {
            return new Participant(site, Optional.empty(), OptionalDouble.empty());
        }
        if (json.whole("examples") < 1) {
            throw new IllegalArgumentException("'examples' of site " + site + " must be 1 or more");
        }
        String peer = json.has("peerEvent") ? json.text("peerEvent") + " " + json.digest("peerHash") : "";
        return new Participant(
                site,
                Optional.of(new Taken(
                        json.digest("update"),
                        json.whole("examples"),
                        json.optionalText("dataset").orElse(""),
                        peer)),
                json.has("weight") ? OptionalDouble.of(json.number("weight")) : OptionalDouble.empty());
    }

    String study() {
        return version.study();
    }

    /** Returns study and number, as the records have them. */
    String id() {
        return study() + "/" + round;
    }

    /** Returns those whose updates made the new model. */
    List<Participant> aggregated() {
        return participants.stream().filter(one -> one.weight().isPresent()).toList();
    }
}
