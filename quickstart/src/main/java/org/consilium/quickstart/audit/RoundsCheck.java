package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.algorithm.Updates.Contribution;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.quickstart.audit.RoundCertificate.Participant;
import org.consilium.quickstart.audit.RoundCertificate.Taken;

/**
 * Checks the certificates of rounds: records tell of the same updates and models, weights are the shares of the examples, each
 * round starts where the one before ended, and, where the bundle has all updates of a round, they make its new model.
 */
final class RoundsCheck {

    private static final String FILE = BundleFormat.ROUNDS;
    private static final String KIND = "round";

    /** What may be lost of a weight when it is written as decimal digits. */
    private static final double ROUNDING = 1e-9;

    private final Bundle bundle;
    private final RecordFacts facts;
    private final ProtocolsCheck protocols;
    private final ParametersCheck parameters;
    private final Findings findings;
    private RoundCertificate before;
    private Optional<Sha256> next = Optional.empty();
    private long count;
    private long recomputed;
    private long recalibrated;

    RoundsCheck(
            Bundle bundle, RecordFacts facts, ProtocolsCheck protocols, ParametersCheck parameters, Findings findings) {
        this.bundle = bundle;
        this.facts = facts;
        this.protocols = protocols;
        this.parameters = parameters;
        this.findings = findings;
    }

    /** Checks them all. */
    void run() throws IOException {
        if (bundle.has(FILE)) {
            try (InputStream in = bundle.open(FILE)) {
                LineReader lines = new LineReader(in);
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    count++;
                    check(line, FILE + " line " + count);
                }
            } catch (DamagedEntry e) {
                bundle.damaged(FILE, e);
            }
        }
        if (bundle.manifest().isComplete()) {
            facts.updates()
                    .forEachLeft(seq -> left(seq, "it tells of an update that no certificate has, or has otherwise"));
            facts.rounds()
                    .forEachLeft(
                            seq -> left(seq, "it tells of a round's end that no certificate has, or has otherwise"));
        }
    }

    private void left(long seq, String what) {
        findings.at(seq, "uncertified-record", what + "; ask the consortium why");
    }

    private void check(byte[] line, String where) throws IOException {
        RoundCertificate round;
        try {
            round = RoundCertificate.parse(line);
        } catch (IllegalArgumentException e) {
            findings.in(where, KIND, e.getMessage() + "; ask for the bundle again");
            return;
        }
        checkOrder(round, where);
        checkModel(round, where);
        checkRecords(round, where);
        next = round.aggregate();
        Optional<StudyProtocol> protocol = protocols.protocol(round.version());
        if (protocol.isPresent()) {
            checkProtocol(round, protocol.get(), where);
            try {
                Strategy method = Strategies.of(protocol.get().method());
                next = method.returnsRecalibrated() ? round.model().or(round::aggregate) : round.aggregate();
                checkMethod(round, method, where);
                checkWeights(round, method, where);
                recompute(round, method, where);
            } catch (IllegalArgumentException e) {
                wrong(where, round, "its updates cannot be aggregated: " + e.getMessage());
            }
        } else {
            wrong(where, round, "the bundle has no " + round.version());
        }
        before = round;
    }

    private void checkOrder(RoundCertificate round, String where) {
        boolean isSameStudy = before != null && before.study().equals(round.study());
        if (before != null
                && (isSameStudy
                        ? before.round() >= round.round()
                        : before.study().compareTo(round.study()) > 0)) {
            wrong(where, round, "it comes after round " + before.id());
        }
        if (isSameStudy && before.round() == round.round() - 1) {
            next.ifPresent(model -> {
                if (!model.equals(round.startModel())) {
                    wrong(where, round, "it does not start from the model with which the round before ended, " + model);
                }
            });
        } else if (bundle.manifest().isComplete() && round.round() != 1) {
            wrong(where, round, "the certificate of the round before is missing");
        }
    }

    private void checkModel(RoundCertificate round, String where) {
        Set<SiteId> sites = new HashSet<>();
        for (Participant one : round.participants()) {
            if (!sites.add(one.site())) {
                wrong(where, round, "site " + one.site() + " is there twice");
            }
        }
        if (round.aggregate().isPresent() && round.aggregated().isEmpty()) {
            wrong(where, round, "it has a new model of no updates");
        }
        if (round.state().equals("COMPLETED") && round.aggregate().isEmpty()) {
            wrong(where, round, "it is completed and has no new model");
        }
    }

    private void checkMethod(RoundCertificate round, Strategy method, String where) {
        if (round.model().isPresent()) {
            recalibrated++;
            if (method.recalibration().isEmpty()) {
                wrong(where, round, "its model is not its aggregate, and its method recalibrates none");
            }
        }
        if (round.synthesises() && method.gate().isEmpty()) {
            wrong(where, round, "it tells of synthesised images, and its method makes none");
        }
    }

    private void checkWeights(RoundCertificate round, Strategy method, String where) {
        List<Participant> used = used(round);
        double[] weights = method.weights(contributions(used));
        for (int i = 0; i < weights.length; i++) {
            Participant one = used.get(i);
            // Written so that a weight that is no number is wrong too.
            if (!(Math.abs(one.weight().getAsDouble() - weights[i]) <= ROUNDING)) {
                wrong(
                        where,
                        round,
                        "site " + one.site() + " has the weight " + one.weight().getAsDouble() + ", of its "
                                + examples(one) + " examples the strategy " + method.name() + " makes " + weights[i]);
            }
        }
    }

    private static List<Participant> used(RoundCertificate round) {
        return round.aggregated().stream()
                .sorted(Comparator.comparing(Participant::site))
                .toList();
    }

    private static List<Contribution> contributions(List<Participant> used) {
        return used.stream()
                .map(one -> new Contribution(one.site(), examples(one)))
                .toList();
    }

    private static long examples(Participant one) {
        return one.update().map(Taken::examples).orElse(0L);
    }

    private void checkRecords(RoundCertificate round, String where) {
        for (Participant one : round.participants()) {
            one.update().ifPresent(taken -> {
                OptionalLong seq = facts.updates()
                        .take(RecordFacts.update(
                                round.id(),
                                one.site().value(),
                                taken.digest().hex(),
                                Long.toString(taken.examples()),
                                taken.dataset(),
                                taken.peer()));
                if (seq.isEmpty()) {
                    unrecorded(
                            where,
                            round,
                            "that update " + taken.digest().brief() + " of site " + one.site() + " with "
                                    + Numbers.of(taken.examples(), "example") + " of that dataset was taken");
                }
            });
        }
        round.aggregate().ifPresent(model -> {
            if (facts.rounds()
                    .take(RecordFacts.aggregated(round.id(), model.hex()))
                    .isEmpty()) {
                unrecorded(where, round, "that its new model is " + model.brief());
            }
        });
        round.model().ifPresent(model -> {
            String aggregate = round.aggregate().map(Sha256::hex).orElse("");
            if (facts.rounds()
                    .take(RecordFacts.recalibrated(round.id(), aggregate, model.hex()))
                    .isEmpty()) {
                unrecorded(where, round, "that its aggregate was recalibrated to " + model.brief());
            }
        });
        round.released().ifPresent(set -> {
            if (facts.rounds().take(RecordFacts.released(round.id(), set.hex())).isEmpty()) {
                unrecorded(where, round, "that the impressions " + set.brief() + " were released");
            }
        });
        boolean isEnded = round.state().equals("COMPLETED") || round.state().equals("FAILED");
        if (isEnded
                && facts.rounds()
                        .take(RecordFacts.ended(round.id(), round.state()))
                        .isEmpty()) {
            unrecorded(where, round, "that it is " + round.state());
        }
    }

    private void unrecorded(String where, RoundCertificate round, String what) {
        if (bundle.manifest().isComplete()) {
            findings.in(
                    where,
                    "unrecorded-round",
                    "no record says of round " + round.id() + " " + what + "; ask the consortium why");
        }
    }

    private void checkProtocol(RoundCertificate round, StudyProtocol protocol, String where) {
        if (!protocol.digest().equals(round.protocol())) {
            wrong(where, round, "it names another protocol than the bundle has as " + round.version());
        }
        if (!protocol.method().strategy().equals(round.strategy())) {
            wrong(
                    where,
                    round,
                    "its strategy is not that of its protocol, "
                            + protocol.method().strategy());
        }
        if (round.round() == 1 && !protocol.initialModel().equals(round.startModel())) {
            wrong(where, round, "it does not start from the initial model of its protocol");
        }
        for (Participant one : round.participants()) {
            if (!protocol.participants().contains(one.site())) {
                wrong(where, round, "site " + one.site() + " is no participant of its protocol");
            }
        }
        round.participants().stream()
                .flatMap(one -> one.update().stream())
                .map(taken -> parameters.header(ParametersCheck.update(taken.digest())))
                .filter(header -> header != null && !header.architecture().equals(protocol.architecture()))
                .findFirst()
                .ifPresent(header -> wrong(
                        where,
                        round,
                        "an update is of the network " + header.architecture() + ", its protocol is about "
                                + protocol.architecture()));
        if (bundle.manifest().isComplete() && !facts.isApproved(round.version())) {
            wrong(where, round, "no record says that " + round.version() + " was approved");
        }
    }

    private void recompute(RoundCertificate round, Strategy method, String where) throws IOException {
        List<Participant> used = used(round);
        List<String> names = used.stream()
                .map(one -> ParametersCheck.update(one.update().orElseThrow().digest()))
                .toList();
        List<ParametersHeader> headers =
                names.stream().map(parameters::header).filter(Objects::nonNull).toList();
        if (round.aggregate().isEmpty() || used.isEmpty() || headers.size() < used.size()) {
            return;
        }
        if (headers.stream()
                        .map(header -> header.architecture() + " " + header.count())
                        .distinct()
                        .count()
                > 1) {
            wrong(where, round, "its updates are of different networks");
            return;
        }
        MessageDigest digester = Sha256.digester();
        try (UpdateFiles updates = new UpdateFiles(
                bundle, contributions(used), names, headers.get(0).count())) {
            method.aggregateTrain(updates, (chunk, values) -> digester.update(Parameters.payload(values)));
        }
        recomputed++;
        Sha256 digest = Sha256.ofDigest(digester.digest());
        if (!digest.equals(round.aggregate().get())) {
            findings.in(
                    where,
                    "aggregate",
                    "the updates of round " + round.id() + " make the model " + digest + ", its certificate says "
                            + round.aggregate().get() + "; ask the consortium how it was made");
        }
    }

    private void wrong(String where, RoundCertificate round, String what) {
        findings.in(where, KIND, "round " + round.id() + ": " + what + "; ask the consortium");
    }

    long count() {
        return count;
    }

    /** Returns how many new models have a recalibrated head, which nobody can compute anew without the sites' statistics. */
    long recalibrated() {
        return recalibrated;
    }

    /** Returns how many new models were computed anew. */
    long recomputed() {
        return recomputed;
    }
}
