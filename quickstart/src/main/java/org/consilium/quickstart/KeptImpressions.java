package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.consilium.contract.Parameters;
import org.consilium.model.ModelFile;
import org.consilium.model.Networks;

/** The first, a middle and the last set of impressions of a run, with their models and the sites' verdicts, for its pictures. */
final class KeptImpressions {

    /** What is kept, in the order in which it is shown: how the names of its files begin. */
    static final List<String> WHICH = List.of("-first", "-middle", "-last");

    private final int middle;
    private final Map<String, Kept> kept = new TreeMap<>();

    /**
     * @param rounds of the run
     */
    KeptImpressions(int rounds) {
        this.middle = (rounds + 1) / 2;
    }

    private record Kept(JudgedImpressions judged, Parameters model) {}

    /** Looks at a round that has ended. */
    void look(Simulation.Played played, DealtImages images) {
        Optional<JudgedImpressions> judged =
                played.set().flatMap(set -> set.made().map(made -> new JudgedImpressions(made, verdicts(set, images))));
        judged.ifPresent(set -> {
            Kept now = new Kept(set, played.model());
            kept.putIfAbsent("-first", now);
            if (played.round().round() >= middle) {
                kept.putIfAbsent("-middle", now);
            }
            kept.put("-last", now);
        });
    }

    /**
     * Writes what was kept.
     *
     * @param file returns the run's file with that ending
     */
    void write(Function<String, Path> file) {
        kept.forEach((which, one) -> {
            byte[] bytes = one.judged().set().encode();
            String verdicts = ReportJson.text(one.judged().toJson());
            OutputFile.write(file.apply(which + ".impressions"), path -> Files.write(path, bytes));
            OutputFile.write(file.apply(which + "-verdicts.json"), path -> Files.writeString(path, verdicts));
            OutputFile.write(file.apply(which + "-model.zip"), path -> ModelFile.write(path, one.model()));
        });
    }

    /**
     * Reads what was kept.
     *
     * @param networks tells what the model thinks
     * @param file returns the run's file with that ending
     * @return the sets in the order of their rounds, each once; none where the run made none
     */
    static List<ImpressionFiles> read(Networks networks, Function<String, Path> file) {
        Map<Integer, ImpressionFiles> sets = new TreeMap<>();
        for (String which : WHICH) {
            Path set = file.apply(which + ".impressions");
            if (Files.exists(set)) {
                ImpressionFiles files = ImpressionFiles.read(
                        networks,
                        set,
                        Optional.of(file.apply(which + "-verdicts.json")),
                        Optional.of(file.apply(which + "-model.zip")));
                sets.put(files.round(), files);
            }
        }
        return List.copyOf(sets.values());
    }

    private static List<JudgedImpressions.SiteVerdict> verdicts(SimulatedRefinement.GatedSet set, DealtImages images) {
        return IntStream.range(0, set.verdicts().size())
                .mapToObj(i -> new JudgedImpressions.SiteVerdict(
                        images.sites().get(i).site().value(), set.verdicts().get(i)))
                .toList();
    }
}
