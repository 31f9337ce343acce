package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.consilium.contract.Messages;
import org.consilium.contract.Problem;

/** Imports that run at several sites at once, each with a progress bar on a terminal and a line at its end elsewhere. */
final class SiteImports implements AutoCloseable {

    private final Screen screen;
    private final List<Import> running = new ArrayList<>();

    /**
     * @param screen where progress is shown
     */
    SiteImports(Screen screen) {
        this.screen = screen;
    }

    private record Import(String site, Api api, String id, ProgressBar bar, long started) {}

    /**
     * Asks a site to import its images.
     *
     * @param share whose images
     * @param api the site's own API
     * @param dataset name of the data set at the site
     * @param modality how the images were made
     * @param folder where the images lie
     */
    void start(DealtImages.SiteImages share, Api api, String dataset, String modality, Path folder) {
        String site = share.site().value();
        JsonObject answer = api.post(
                "/imports",
                Json.createObjectBuilder()
                        .add("dataset", dataset)
                        .add("folder", folder.toString())
                        .add("modality", modality)
                        // An earlier demo may have dealt the images otherwise.
                        .add("replace", true)
                        .build());
        if (!screen.terminal()) {
            screen.say(Text.of("  %-8s imports its images into its own PostgreSQL", site));
        }
        running.add(new Import(site, api, Messages.text(answer, "id"), bar(site), System.nanoTime()));
    }

    /**
     * Returns when all imports are done.
     *
     * @param pause waits a moment between two looks
     * @throws CommandFailure with the site's own reason if one fails
     */
    void await(Runnable pause) {
        while (!running.isEmpty()) {
            for (Import one : List.copyOf(running)) {
                look(one);
            }
            if (!running.isEmpty()) {
                pause.run();
            }
        }
    }

    private void look(Import one) {
        JsonObject status = one.api().get("/imports/" + one.id());
        long done = Messages.longNumber(status, "done");
        long total = Messages.longNumber(status, "total");
        one.bar().maxHint(total).stepTo(done);
        switch (Messages.text(status, "state")) {
            case "DONE" -> {
                one.bar().close();
                running.remove(one);
                if (!screen.terminal()) {
                    screen.say(Text.of(
                            "  %-8s %s imported in %.1f s",
                            one.site(), Text.counted(total, "image"), (System.nanoTime() - one.started()) / 1e9));
                }
            }
            case "FAILED" ->
                throw new CommandFailure("The import at " + one.site() + " failed: "
                        + (status.get("problem") == null || status.get("problem") == JsonValue.NULL
                                ? "the site gives no reason; look into its log."
                                : Problem.fromJson(status.getJsonObject("problem"), 500)
                                        .text()));
            default -> {
                // It goes on.
            }
        }
    }

    private ProgressBar bar(String site) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName("  " + site + " imports")
                .setUnit(" images", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200);
        if (!screen.terminal()) {
            builder.setConsumer(new Silent());
        }
        return builder.build();
    }

    @Override
    public void close() {
        running.forEach(one -> one.bar().close());
        running.clear();
    }

    /** Takes bars where no terminal can redraw them. */
    private static final class Silent implements me.tongfei.progressbar.ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return 80;
        }

        @Override
        public void accept(String rendered) {
            // Start and end are printed as lines instead.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
