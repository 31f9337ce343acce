package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.algorithm.FeatureModel;
import org.consilium.algorithm.HeadRecalibration;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Head;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.SynthesisPlan;
import org.consilium.model.FeatureTargets;
import org.consilium.model.LabelledImages;
import org.consilium.model.MemoryExhaustedException;
import org.consilium.model.Synthesis;
import org.consilium.model.SynthesisDivergedException;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.NewVector;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.study.Study;

/**
 * The arithmetic after an aggregation, outside any transaction: recalibrates the head on what the sites say of their
 * features, and synthesises impressions, step by step, each step kept, so that whoever takes over goes on from there to the
 * same bytes.
 *
 * <p>What cannot be refined is not: the round goes on with what there is, and the record says why.
 */
@ApplicationScoped
class Refiner {

    private static final Logger LOG = Logger.getLogger(Refiner.class.getName());

    /** A synthesis that needs more is not kept between its steps: it passes through memory whole. */
    private static final int MOST_KEPT = 64 << 20;

    private final Course course;
    private final Models models;
    private final Zoo zoo;

    @Inject
    Refiner(Course course, Models models, Zoo zoo) {
        this.course = course;
        this.models = models;
        this.zoo = zoo;
    }

    /** For the container's proxy. */
    Refiner() {
        this(null, null, null);
    }

    /** Returns whether what this replica has made of the round was taken. */
    public boolean refine(Study study, Round round, Vigil vigil) {
        StoredVector aggregate = models.get(round.aggregate().orElseThrow());
        Refit refit = refit(study, round, aggregate);
        boolean taken = false;
        try {
            vigil.keep();
            Optional<Refined.Synthesised> synthesis = study.method()
                    .synthesis(study.protocol().plan().seed(), round.number())
                    .map(plan -> synthesised(study, round, aggregate, refit, plan, vigil));
            taken = course.refined(
                    round, new Refined(refit.digest(aggregate), refit.written(), refit.recalibration(), synthesis));
            return taken;
        } finally {
            if (!taken) {
                refit.written().ifPresent(models::discard);
            }
        }
    }

    /**
     * What became of a model's head.
     *
     * @param own its new parameters; empty where the aggregate keeps its own
     * @param written the whole model with them
     * @param features what is known of the sites' features
     * @param recalibration what is told of it
     */
    private record Refit(
            Optional<float[]> own,
            Optional<Pending> written,
            Optional<FeatureModel> features,
            Refined.Recalibration recalibration) {

        static Refit none(Refined.Recalibration told) {
            return new Refit(Optional.empty(), Optional.empty(), Optional.empty(), told);
        }

        static Refit none(String reason) {
            return none(new Refined.Recalibration(List.of(), Optional.of(reason)));
        }

        Sha256 digest(StoredVector aggregate) {
            return written.map(Pending::digest).orElse(aggregate.digest());
        }
    }

    private Refit refit(Study study, Round round, StoredVector aggregate) {
        Strategy method = study.method();
        if (method.statistics().isEmpty() || method.recalibration().isEmpty()) {
            return Refit.none(Refined.Recalibration.NONE);
        }
        SortedMap<SiteId, byte[]> said = course.statistics(round);
        if (said.isEmpty()) {
            return Refit.none("No site has described its features.");
        }
        HeadRecalibration recalibration = method.recalibration().get();
        try {
            FeatureModel features = recalibration.model(merged(said));
            Head head = zoo.head(aggregate.architecture());
            float[] own = recalibration.recalibrated(
                    head,
                    start(aggregate, head),
                    features,
                    study.protocol().plan().seed(),
                    round.number());
            return new Refit(
                    Optional.of(own),
                    Optional.of(write(aggregate, head, own)),
                    Optional.of(features),
                    new Refined.Recalibration(new ArrayList<>(said.keySet()), Optional.empty()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Not a mishap of this replica: every other would compute the same.
            LOG.log(Level.WARNING, e, () -> "the head of round " + round.number() + " is not recalibrated");
            return Refit.none("The statistics cannot be used: " + e.getMessage());
        }
    }

    /** Returns the head's parameters out of the chunks that they lie in. */
    private float[] start(StoredVector aggregate, Head head) {
        float[] start = new float[head.length()];
        for (int chunk = head.offset() / StoredVector.CHUNK_VALUES; chunk < aggregate.chunks(); chunk++) {
            float[] values = models.values(aggregate, chunk);
            int base = chunk * StoredVector.CHUNK_VALUES;
            int from = Math.max(head.offset(), base);
            int to = Math.min(head.offset() + start.length, base + values.length);
            if (from < to) {
                System.arraycopy(values, from - base, start, from - head.offset(), to - from);
            }
        }
        return start;
    }

    /** Writes the aggregate with another head, a chunk at a time. */
    private Pending write(StoredVector aggregate, Head head, float[] own) {
        NewVector vector = models.write(aggregate.architecture(), aggregate.count());
        boolean whole = false;
        try {
            for (int chunk = 0; chunk < aggregate.chunks(); chunk++) {
                float[] values = models.values(aggregate, chunk);
                int base = chunk * StoredVector.CHUNK_VALUES;
                int from = Math.max(head.offset(), base);
                int to = Math.min(head.offset() + own.length, base + values.length);
                if (from < to) {
                    System.arraycopy(own, from - head.offset(), values, from - base, to - from);
                }
                vector.accept(chunk, values);
            }
            Pending pending = vector.finish();
            whole = true;
            return pending;
        } finally {
            if (!whole) {
                vector.discard();
            }
        }
    }

    private static ClassStatistics merged(SortedMap<SiteId, byte[]> said) {
        ClassStatistics sum = null;
        for (Map.Entry<SiteId, byte[]> one : said.entrySet()) {
            ClassStatistics next = ClassStatistics.decode(one.getValue()).statistics();
            sum = sum == null ? next : sum.plus(next);
        }
        return sum;
    }

    private Refined.Synthesised synthesised(
            Study study, Round round, StoredVector aggregate, Refit refit, SynthesisPlan plan, Vigil vigil) {
        long began = System.nanoTime();
        Sha256 model = refit.digest(aggregate);
        ModelOrigin origin =
                new ModelOrigin(study.protocol().digest(), round.number(), model, aggregate.architecture());
        Optional<FeatureTargets> targets =
                refit.features().map(known -> (image, label) -> known.target(image, label, plan.seed()));
        String failure;
        try (Synthesis synthesis =
                zoo.networks().begin(origin, whole(aggregate, refit), plan, start(plan, origin), targets)) {
            resume(round, model, synthesis);
            while (synthesis.done() < synthesis.steps()) {
                vigil.keep();
                synthesis.step();
                if (!course.synthesising(round, model, synthesis.done(), synthesis.steps(), saved(synthesis))) {
                    throw new LostClaimException();
                }
            }
            return new Refined.Synthesised(Optional.of(synthesis.result()), Optional.empty(), secondsSince(began));
        } catch (SynthesisDivergedException | MemoryExhaustedException | IllegalArgumentException e) {
            failure = e.getMessage();
        } catch (OutOfMemoryError e) {
            failure = "this server has too little memory for a set of " + plan.images() + " images: " + e.getMessage();
        }
        String reason = failure;
        LOG.warning(() -> "no impressions of round " + round.number() + " of " + round.study() + ": " + reason);
        return new Refined.Synthesised(Optional.empty(), Optional.of(reason), secondsSince(began));
    }

    private Optional<LabelledImages> start(SynthesisPlan plan, ModelOrigin origin) {
        return zoo.start(plan.initial(), origin.architecture());
    }

    private void resume(Round round, Sha256 model, Synthesis synthesis) {
        course.synthesis(round, model).ifPresent(state -> {
            try {
                synthesis.resume(new ByteArrayInputStream(state));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Optional<byte[]> saved(Synthesis synthesis) {
        ByteArrayOutputStream state = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                if (count <= MOST_KEPT) {
                    super.write(bytes, from, length);
                }
            }
        };
        try {
            synthesis.save(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state.size() > MOST_KEPT ? Optional.empty() : Optional.of(state.toByteArray());
    }

    /** Synthesis needs all of the model at once. */
    private Parameters whole(StoredVector aggregate, Refit refit) {
        float[] values = models.values(aggregate);
        refit.own()
                .ifPresent(own -> System.arraycopy(
                        own, 0, values, zoo.head(aggregate.architecture()).offset(), own.length));
        return Parameters.of(aggregate.architecture(), values);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
