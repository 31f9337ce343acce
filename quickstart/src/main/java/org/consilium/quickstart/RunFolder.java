package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.model.ModelFile;

/**
 * The folder in which a comparison keeps its runs, so that it goes on where it was stopped. A run's files are named by the
 * hash of what decides its result; the last of them to be written is the run's JSON, so a run whose JSON is there is whole.
 */
final class RunFolder {

    private final Path folder;
    private final ComparisonPlan plan;
    private final String images;

    /**
     * @param folder made where it does not exist
     * @param plan what is compared
     * @param images says which images are used, in a line that another data set would not have
     */
    RunFolder(Path folder, ComparisonPlan plan, String images) {
        this.folder = folder;
        this.plan = plan;
        this.images = images;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadOption("--runs " + folder, "this folder cannot be made; name one that you may write to");
        }
    }

    /** Returns the folder. */
    Path path() {
        return folder;
    }

    /** Returns how many of the plan's runs are finished. */
    int finished() {
        int finished = 0;
        for (ComparisonPlan.Candidate candidate : plan.candidates()) {
            for (long seed : plan.seeds()) {
                finished += Files.exists(file(candidate, seed, ".json")) ? 1 : 0;
            }
        }
        return finished;
    }

    /** Returns a finished run; empty if it is not finished. */
    Optional<ComparedRun> run(ComparisonPlan.Candidate candidate, long seed) {
        return read(candidate, seed, ".json").map(json -> ComparedRun.of(json.getJsonObject("run")));
    }

    /** Keeps a run and its models; returns it as its file has it, so that one that is read later is no other. */
    ComparedRun keep(ComparisonPlan.Candidate candidate, long seed, ComparedRun run, List<Parameters> models) {
        for (int i = 0; i < models.size(); i++) {
            Parameters model = models.get(i);
            OutputFile.write(model(candidate, seed, i), path -> ModelFile.write(path, model));
        }
        write(candidate, seed, ".json", "run", run.toJson());
        return run(candidate, seed).orElseThrow();
    }

    /** Returns the models of a finished run. */
    List<Parameters> models(ComparisonPlan.Candidate candidate, long seed, ComparedRun run) {
        List<Parameters> models = new ArrayList<>();
        for (int i = 0; i < run.models(); i++) {
            models.add(ModelFile.read(model(candidate, seed, i)));
        }
        return models;
    }

    /** Returns a run's test; empty if it was not tested. */
    Optional<ComparedRun.Tested> tested(ComparisonPlan.Candidate candidate, long seed) {
        return read(candidate, seed, "-test.json").map(json -> ComparedRun.tested(json.getJsonObject("test")));
    }

    /** Keeps a run's test. */
    ComparedRun.Tested keep(ComparisonPlan.Candidate candidate, long seed, ComparedRun.Tested tested) {
        write(candidate, seed, "-test.json", "test", ComparedRun.toJson(tested));
        return tested(candidate, seed).orElseThrow();
    }

    /** Returns the file of a run with that ending. */
    Path file(ComparisonPlan.Candidate candidate, long seed, String ending) {
        String hash = Sha256.of(settings(candidate, seed).toString().getBytes(StandardCharsets.UTF_8))
                .hex();
        return folder.resolve(hash.substring(0, 20) + ending);
    }

    /** Returns what decides a run's result, and nothing else: a run may serve several comparisons. */
    JsonObject settings(ComparisonPlan.Candidate candidate, long seed) {
        JsonObjectBuilder own = Json.createObjectBuilder();
        new TreeMap<>(candidate.contender().settings()).forEach(own::add);
        ComparisonPlan.Common common = plan.common();
        return Json.createObjectBuilder()
                .add("images", images)
                .add("quick", common.quick())
                .add("partition", common.partition().text())
                .add("sites", common.sites())
                .add("seed", seed)
                .add("model", common.family())
                .add("method", candidate.contender().method())
                .add("settings", own)
                .add("learningRate", candidate.rate())
                .add("rounds", candidate.work().rounds())
                .add("localEpochs", candidate.work().localEpochs())
                .add("batch", common.batch())
                .add("momentum", common.momentum())
                .build();
    }

    private Path model(ComparisonPlan.Candidate candidate, long seed, int number) {
        return file(candidate, seed, "-model-" + (number + 1) + ".zip");
    }

    private void write(ComparisonPlan.Candidate candidate, long seed, String ending, String name, JsonObject content) {
        String text = ReportJson.text(Json.createObjectBuilder()
                .add("of", settings(candidate, seed))
                .add(name, content)
                .build());
        OutputFile.write(file(candidate, seed, ending), path -> Files.writeString(path, text));
    }

    private Optional<JsonObject> read(ComparisonPlan.Candidate candidate, long seed, String ending) {
        Path file = file(candidate, seed, ending);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var reader = Json.createReader(new StringReader(Files.readString(file)))) {
            return Optional.of(reader.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException("the run " + file + " cannot be read", e);
        } catch (JsonException e) {
            throw new CommandFailure(
                    "The run " + file + " is damaged: " + e.getMessage() + ". Remove it, and it is run again.", e);
        }
    }
}
