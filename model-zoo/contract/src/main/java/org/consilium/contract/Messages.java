package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The JSON form of every message between server and site, in both directions.
 *
 * <p>Reading refuses a missing or malformed member with an {@link IllegalArgumentException} that names it.
 */
public final class Messages {

    private static final Set<String> OFFERS = Set.of("train", "evaluate", "describe", "judge");

    private Messages() {}

    /** Returns the JSON form of an offer; {@link WorkOffer.Wait} has none, it is HTTP 204. */
    public static JsonObject toJson(WorkOffer offer) {
        if (offer instanceof WorkOffer.Train train) {
            JsonObjectBuilder json = begun("train", train).add("plan", toJson(train.plan()));
            train.impressions().ifPresent(set -> json.add("impressions", set.hex()));
            return ended(json, train);
        }
        if (offer instanceof WorkOffer.Evaluate evaluate) {
            return ended(
                    begun("evaluate", evaluate).add("split", evaluate.split().label()), evaluate);
        }
        if (offer instanceof WorkOffer.Describe describe) {
            return ended(begun("describe", describe), describe);
        }
        if (offer instanceof WorkOffer.Judge judge) {
            return ended(
                    begun("judge", judge).add("impressions", judge.impressions().hex()), judge);
        }
        throw new IllegalArgumentException("an offer to wait has no body, answer 204 No Content");
    }

    private static JsonObjectBuilder begun(String kind, WorkOffer.Task task) {
        return Json.createObjectBuilder()
                .add("kind", kind)
                .add("study", task.study().value())
                .add("round", task.round().value())
                .add("protocol", task.protocol().hex())
                .add("dataset", task.dataset())
                .add("model", task.model().hex())
                .add("architecture", task.architecture().value());
    }

    private static JsonObject ended(JsonObjectBuilder json, WorkOffer.Task task) {
        return json.add("deadline", task.deadline().toString()).build();
    }

    /** Reads an offer. */
    public static WorkOffer offer(JsonObject json) {
        return read(() -> {
            String kind = text(json, "kind");
            if (!OFFERS.contains(kind)) {
                throw new IllegalArgumentException(
                        "offer kind '" + kind + "' is not known; install the consortium's Consilium version");
            }
            StudyId study = new StudyId(text(json, "study"));
            RoundNumber round = new RoundNumber(integer(json, "round"));
            Sha256 protocol = new Sha256(text(json, "protocol"));
            String dataset = text(json, "dataset");
            Sha256 model = new Sha256(text(json, "model"));
            ArchitectureId architecture = new ArchitectureId(text(json, "architecture"));
            Instant deadline = instant(json, "deadline");
            Optional<Sha256> impressions = json.containsKey("impressions")
                    ? Optional.of(new Sha256(text(json, "impressions")))
                    : Optional.empty();
            return switch (kind) {
                case "train" ->
                    new WorkOffer.Train(
                            study,
                            round,
                            protocol,
                            dataset,
                            model,
                            architecture,
                            plan(object(json, "plan")),
                            impressions,
                            deadline);
                case "evaluate" ->
                    new WorkOffer.Evaluate(
                            study,
                            round,
                            protocol,
                            dataset,
                            Split.of(text(json, "split")),
                            model,
                            architecture,
                            deadline);
                case "describe" ->
                    new WorkOffer.Describe(study, round, protocol, dataset, model, architecture, deadline);
                case "judge" ->
                    new WorkOffer.Judge(
                            study,
                            round,
                            protocol,
                            dataset,
                            model,
                            architecture,
                            impressions.orElseThrow(() -> new IllegalArgumentException("'impressions' is missing")),
                            deadline);
                default -> throw new IllegalStateException("no offer of kind " + kind);
            };
        });
    }

    /** Returns the JSON form of a plan. */
    public static JsonObject toJson(TrainingPlan plan) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        if (plan.effort() instanceof Effort.Epochs epochs) {
            json.add("epochs", epochs.count());
        } else if (plan.effort() instanceof Effort.Steps steps) {
            json.add("steps", steps.count());
        }
        json.add("batchSize", plan.batchSize());
        JsonObjectBuilder optimiser = Json.createObjectBuilder();
        if (plan.optimiser() instanceof Optimiser.Sgd sgd) {
            optimiser.add("name", "sgd").add("learningRate", sgd.learningRate()).add("momentum", sgd.momentum());
        } else if (plan.optimiser() instanceof Optimiser.Adam adam) {
            optimiser.add("name", "adam").add("learningRate", adam.learningRate());
        }
        // A string, because a JSON number of 64 bits does not survive every reader.
        json.add("optimiser", optimiser).add("seed", Long.toString(plan.seed()));
        if (!plan.objective().equals(LocalObjective.PLAIN)) {
            json.add("objective", toJson(plan.objective()));
        }
        return json.build();
    }

    private static JsonObjectBuilder toJson(LocalObjective objective) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("proximal", objective.proximal())
                .add("headPull", objective.headPull())
                .add("logitAdjustment", objective.logitAdjustment())
                .add("headFrozen", objective.headFrozen());
        objective.mixing().ifPresent(mixing -> {
            JsonObjectBuilder impressions = Json.createObjectBuilder().add("batch", mixing.batch());
            if (mixing instanceof LocalObjective.Mixing.Separate separate) {
                impressions.add("weight", separate.weight());
            }
            json.add("impressions", impressions);
        });
        return json;
    }

    private static LocalObjective objective(JsonObject json) {
        Optional<LocalObjective.Mixing> mixing = Optional.empty();
        if (json.containsKey("impressions")) {
            JsonObject impressions = object(json, "impressions");
            int batch = integer(impressions, "batch");
            mixing = Optional.of(
                    impressions.containsKey("weight")
                            ? new LocalObjective.Mixing.Separate(batch, number(impressions, "weight"))
                            : new LocalObjective.Mixing.Joined(batch));
        }
        return new LocalObjective(
                number(json, "proximal"),
                number(json, "headPull"),
                number(json, "logitAdjustment"),
                flag(json, "headFrozen"),
                mixing);
    }

    /** Reads a plan. */
    public static TrainingPlan plan(JsonObject json) {
        return read(() -> {
            if (json.containsKey("epochs") == json.containsKey("steps")) {
                throw new IllegalArgumentException("a plan has either 'epochs' or 'steps'");
            }
            Effort effort = json.containsKey("epochs")
                    ? new Effort.Epochs(integer(json, "epochs"))
                    : new Effort.Steps(integer(json, "steps"));
            JsonObject optimiser = object(json, "optimiser");
            String name = text(optimiser, "name");
            Optimiser rule =
                    switch (name) {
                        case "sgd" ->
                            new Optimiser.Sgd(number(optimiser, "learningRate"), number(optimiser, "momentum"));
                        case "adam" -> new Optimiser.Adam(number(optimiser, "learningRate"));
                        default ->
                            throw new IllegalArgumentException(
                                    "optimiser '" + name + "' is not known: use sgd or adam");
                    };
            LocalObjective objective =
                    json.containsKey("objective") ? objective(object(json, "objective")) : LocalObjective.PLAIN;
            return new TrainingPlan(effort, integer(json, "batchSize"), rule, longText(json, "seed"), objective);
        });
    }

    /** Returns the JSON form of a site's metrics. */
    public static JsonObject toJson(TrainingMetrics metrics) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("examples", metrics.examples());
        metrics.loss().ifPresent(loss -> json.add("loss", loss));
        return json.add("seconds", metrics.seconds())
                .add("executor", metrics.executor())
                .build();
    }

    /** Reads a site's metrics. */
    public static TrainingMetrics metrics(JsonObject json) {
        return read(() -> new TrainingMetrics(
                longNumber(json, "examples"),
                json.containsKey("loss") ? OptionalDouble.of(number(json, "loss")) : OptionalDouble.empty(),
                number(json, "seconds"),
                json.containsKey("executor") ? text(json, "executor") : TrainingMetrics.UNKNOWN_EXECUTOR));
    }

    /** Returns the JSON form of scores. */
    public static JsonObject toJson(ClassificationScores scores) {
        JsonArrayBuilder confusion = Json.createArrayBuilder();
        for (long[] row : scores.confusion()) {
            confusion.add(array(row));
        }
        JsonArrayBuilder histograms = Json.createArrayBuilder();
        for (ScoreHistogram histogram : scores.histograms()) {
            histograms.add(Json.createObjectBuilder()
                    .add("positives", sparse(histogram.positives()))
                    .add("negatives", sparse(histogram.negatives())));
        }
        return Json.createObjectBuilder()
                .add("lossSum", scores.lossSum())
                .add("confusion", confusion)
                .add("histograms", histograms)
                .build();
    }

    /** Reads scores. */
    public static ClassificationScores scores(JsonObject json) {
        return read(() -> {
            JsonArray rows = array(json, "confusion");
            long[][] confusion = new long[rows.size()][];
            for (int i = 0; i < confusion.length; i++) {
                confusion[i] = longs(rows.getJsonArray(i));
            }
            List<ScoreHistogram> histograms = new ArrayList<>();
            for (JsonObject histogram : array(json, "histograms").getValuesAs(JsonObject.class)) {
                histograms.add(
                        new ScoreHistogram(dense(array(histogram, "positives")), dense(array(histogram, "negatives"))));
            }
            return new ClassificationScores(number(json, "lossSum"), confusion, histograms);
        });
    }

    /** Returns the JSON form of a verdict. */
    public static JsonObject toJson(ImpressionVerdict verdict) {
        JsonArrayBuilder images = Json.createArrayBuilder();
        for (ImpressionVerdict.Image image : verdict.images()) {
            images.add(Json.createObjectBuilder()
                    .add("pixels", image.pixels())
                    .add("features", image.features())
                    .add("vetoed", image.vetoed()));
        }
        return Json.createObjectBuilder()
                .add("set", verdict.set().hex())
                .add("training", verdict.training())
                .add("heldOut", verdict.heldOut())
                .add("pixels", toJson(verdict.pixels()))
                .add("features", toJson(verdict.features()))
                .add("images", images)
                .build();
    }

    private static JsonObjectBuilder toJson(ImpressionVerdict.Membership membership) {
        return Json.createObjectBuilder().add("auc", membership.auc()).add("standardError", membership.standardError());
    }

    /** Reads a verdict. */
    public static ImpressionVerdict verdict(JsonObject json) {
        return read(() -> {
            List<ImpressionVerdict.Image> images = new ArrayList<>();
            for (JsonObject image : array(json, "images").getValuesAs(JsonObject.class)) {
                images.add(new ImpressionVerdict.Image(
                        number(image, "pixels"), number(image, "features"), flag(image, "vetoed")));
            }
            return new ImpressionVerdict(
                    new Sha256(text(json, "set")),
                    integer(json, "training"),
                    integer(json, "heldOut"),
                    images,
                    membership(object(json, "pixels")),
                    membership(object(json, "features")));
        });
    }

    private static ImpressionVerdict.Membership membership(JsonObject json) {
        return new ImpressionVerdict.Membership(number(json, "auc"), number(json, "standardError"));
    }

    /** Returns the JSON form of a sign of life. */
    public static JsonObject toJson(Heartbeat heartbeat) {
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("activity", heartbeat.activity().name());
        heartbeat.study().ifPresent(study -> json.add("study", study.value()));
        heartbeat.round().ifPresent(round -> json.add("round", round.value()));
        return json.add("freeDiskBytes", heartbeat.freeDiskBytes())
                .add("nodeVersion", heartbeat.nodeVersion())
                .build();
    }

    /** Reads a sign of life. */
    public static Heartbeat heartbeat(JsonObject json) {
        return read(() -> new Heartbeat(
                activity(text(json, "activity")),
                json.containsKey("study") ? Optional.of(new StudyId(text(json, "study"))) : Optional.empty(),
                json.containsKey("round") ? Optional.of(new RoundNumber(integer(json, "round"))) : Optional.empty(),
                longNumber(json, "freeDiskBytes"),
                text(json, "nodeVersion")));
    }

    private static Activity activity(String name) {
        return Arrays.stream(Activity.values())
                .filter(activity -> activity.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "activity '" + name + "' is not known: use one of " + Arrays.toString(Activity.values())));
    }

    /** Returns the member as text, or refuses naming it. */
    public static String text(JsonObject json, String key) {
        return member(json, key, JsonString.class).getString();
    }

    /** Returns the member as true or false, or refuses naming it. */
    public static boolean flag(JsonObject json, String key) {
        JsonValue value = member(json, key, JsonValue.class);
        if (value != JsonValue.TRUE && value != JsonValue.FALSE) {
            throw new IllegalArgumentException("'" + key + "' must be true or false");
        }
        return value == JsonValue.TRUE;
    }

    /** Returns the member as a finite number, or refuses naming it. */
    public static double number(JsonObject json, String key) {
        return member(json, key, JsonNumber.class).doubleValue();
    }

    /** Returns the member as an integer, or refuses naming it. */
    public static int integer(JsonObject json, String key) {
        return integral(json, key, JsonNumber::intValueExact);
    }

    /** Returns the member as a 64-bit integer, or refuses naming it. */
    public static long longNumber(JsonObject json, String key) {
        return integral(json, key, JsonNumber::longValueExact);
    }

    /** Returns the member, a string, as a 64-bit integer, or refuses naming it. */
    public static long longText(JsonObject json, String key) {
        String text = text(json, key);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + key + "' must be a whole number in quotes, not '" + text + "'");
        }
    }

    /** Returns the member as an instant in ISO 8601, or refuses naming it. */
    public static Instant instant(JsonObject json, String key) {
        String text = text(json, key);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + key + "' must be an instant such as 2026-01-31T12:00:00Z, not '" + text + "'");
        }
    }

    /** Returns the member as an object, or refuses naming it. */
    public static JsonObject object(JsonObject json, String key) {
        return member(json, key, JsonObject.class);
    }

    /** Returns the member as an array, or refuses naming it. */
    public static JsonArray array(JsonObject json, String key) {
        return member(json, key, JsonArray.class);
    }

    private static <T> T member(JsonObject json, String key, Class<T> type) {
        JsonValue value = json.get(key);
        if (!type.isInstance(value)) {
            String wanted = type.getSimpleName().replace("Json", "").toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException(
                    value == null ? "'" + key + "' is missing" : "'" + key + "' must be a JSON " + wanted);
        }
        return type.cast(value);
    }

    private static <T> T integral(JsonObject json, String key, Function<JsonNumber, T> as) {
        JsonNumber value = member(json, key, JsonNumber.class);
        try {
            return as.apply(value);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + key + "' must be a whole number, not " + value);
        }
    }

    private static <T> T read(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (ClassCastException | ArithmeticException | JsonException e) {
            throw new IllegalArgumentException("the message is not of the expected form: " + e.getMessage(), e);
        }
    }

    private static JsonArrayBuilder array(long[] values) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (long value : values) {
            array.add(value);
        }
        return array;
    }

    private static long[] longs(JsonArray array) {
        return array.getValuesAs(JsonNumber.class).stream()
                .mapToLong(JsonNumber::longValueExact)
                .toArray();
    }

    /** Bin, count, bin, count, ... : most bins are empty. */
    private static JsonArrayBuilder sparse(long[] counts) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] != 0) {
                array.add(bin).add(counts[bin]);
            }
        }
        return array;
    }

    private static long[] dense(JsonArray pairs) {
        long[] values = longs(pairs);
        long[] counts = new long[ScoreHistogram.BINS];
        if (values.length % 2 != 0) {
            throw new IllegalArgumentException("a histogram is a list of pairs of bin and count");
        }
        for (int i = 0; i < values.length; i += 2) {
            if (values[i] < 0 || values[i] >= counts.length) {
                throw new IllegalArgumentException(
                        "histogram bin " + values[i] + " is not within 0 to " + (counts.length - 1));
            }
            counts[(int) values[i]] += values[i + 1];
        }
        return counts;
    }
}
