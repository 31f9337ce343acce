package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.ModelFile;
import org.consilium.model.Networks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImpressionsShowTest {

    private static final int FRAME = 0xD55E00;

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private Parameters model;
    private Impressions set;
    private LabelledImages same;

    /** Six grey images in three classes, whose pixels are those of 8-bit images. */
    @BeforeEach
    void files() throws IOException {
        Networks networks = Networks.create();
        model = networks.initial(new ArchitectureId("cnn.8x8x1.3"), 5);
        byte[] bytes = new byte[6 * 64];
        float[] pixels = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int value = i * 37 % 256;
            bytes[i] = (byte) value;
            pixels[i] = (float) ((value / 255.0 - 0.5) / 0.25);
        }
        float[] targets = new float[6 * 3];
        for (int i = 0; i < 6; i++) {
            targets[i * 3 + i / 2] = 1;
        }
        same = LabelledImages.of(new ImageShape(8, 8, 1), 3, bytes, new int[] {0, 0, 1, 1, 2, 2}, new int[0]);
        set = Impressions.of(
                new ModelOrigin(new Sha256("0".repeat(64)), new RoundNumber(7), model.digest(), model.architecture()),
                3,
                targets,
                FloatBuffer.wrap(pixels));
        Files.write(folder.resolve("set"), set.encode());
        ModelFile.write(folder.resolve("model.zip"), model);
        Files.writeString(folder.resolve("verdicts.json"), ReportJson.text(judged().toJson()));
    }

    @Test
    void the_confidence_is_the_models_probability() {
        double[][] confidences = Confidences.of(Networks.create(), model, set);
        double[][] probabilities = Networks.create().probabilities(model, same);

        assertThat(confidences).hasDimensions(6, 3);
        for (int i = 0; i < 6; i++) {
            assertThat(confidences[i]).containsExactly(probabilities[i], within(1e-5));
        }
    }

    @Test
    void a_sheet_shows_the_pixels_and_frames_what_sites_veto() throws IOException {
        assertThat(show("--model", "model.zip", "--verdicts", "verdicts.json", "--classes", "a,b,c", "--out", "s.png"))
                .as(errors.toString())
                .isZero();

        BufferedImage sheet = ImageIO.read(folder.resolve("s.png").toFile());
        // Image 3, the second of class b, is vetoed by both sites, and image 4 by one of them.
        assertThat(rows(sheet, FRAME)).isNotEmpty();
        BufferedImage without = sheet("--model", "model.zip", "--classes", "a,b,c");
        assertThat(rows(without, FRAME)).isEmpty();
        // The 64 shades of the first image are there, each in a square of more than one pixel.
        int[] colours = IntStream.range(0, 64).map(i -> i * 37 % 256 * 0x010101).toArray();
        for (int colour : colours) {
            assertThat(rows(sheet, colour)).as("grey %x", colour).hasSizeGreaterThan(9);
        }
        assertThat(output.toString())
                .contains("6 images", "round 7", "site-1", "vetoes 2 images", "vetoes 1 image;", "mean confidence");
    }

    @Test
    void a_set_or_verdicts_that_do_not_go_together_are_refused_by_name() throws IOException {
        byte[] damaged = set.encode();
        damaged[damaged.length - 1] ^= 1;
        Files.write(folder.resolve("damaged"), damaged);
        assertThat(run("damaged")).isEqualTo(2);
        assertThat(errors.toString()).contains("damaged", "SHA-256");

        Files.write(folder.resolve("half"), set.subset(new int[] {0, 2, 4}).encode());
        assertThat(run("half", "--verdicts", "verdicts.json")).isEqualTo(2);
        assertThat(errors.toString()).contains("--verdicts", "the verdict of site-1 is on 6 images");

        assertThat(show("--verdicts", "set")).isEqualTo(2);
        assertThat(errors.toString()).contains("this is no JSON object");
        assertThat(show("--classes", "a,b")).isEqualTo(2);
        assertThat(errors.toString()).contains("2 names, the set has 3 classes");
        assertThat(show("--model", "nowhere.zip")).isEqualTo(2);
        assertThat(errors.toString()).contains("nowhere.zip", "there is no such file");
        assertThat(show("--out", "sheet.jpg")).isEqualTo(2);
        assertThat(errors.toString()).contains("must end in .png");
    }

    private JudgedImpressions judged() {
        return new JudgedImpressions(
                set,
                List.of(
                        new JudgedImpressions.SiteVerdict("site-1", verdict(3, 4)),
                        new JudgedImpressions.SiteVerdict("site-2", verdict(3))));
    }

    private ImpressionVerdict verdict(int... vetoed) {
        return new ImpressionVerdict(
                set.digest(),
                10,
                10,
                IntStream.range(0, set.size())
                        .mapToObj(i -> new ImpressionVerdict.Image(
                                1, 1, Arrays.stream(vetoed).anyMatch(veto -> veto == i)))
                        .toList(),
                ImpressionVerdict.Membership.UNKNOWN,
                ImpressionVerdict.Membership.UNKNOWN);
    }

    private BufferedImage sheet(String... options) throws IOException {
        String[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = "--out";
        all[options.length + 1] = "again.png";
        assertThat(show(all)).as(errors.toString()).isZero();
        return ImageIO.read(folder.resolve("again.png").toFile());
    }

    private int show(String... options) {
        return run("set", options);
    }

    private int run(String file, String... options) {
        List<String> all = new ArrayList<>(
                List.of("impressions", "show", folder.resolve(file).toString()));
        for (String option : options) {
            // What has an ending, and the set, is a file.
            all.add(
                    option.contains(".") || option.equals("set")
                            ? folder.resolve(option).toString()
                            : option);
        }
        return Consilium.commandLine(new Surroundings(Map.of(), folder, false, Optional.of("test"), Clock.systemUTC()))
                .setErr(new PrintWriter(errors, true))
                .setOut(new PrintWriter(output, true))
                .execute(all.toArray(String[]::new));
    }

    /** Returns the rows of a picture in which a colour is, once for each pixel. */
    private static List<Integer> rows(BufferedImage picture, int colour) {
        List<Integer> rows = new ArrayList<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if ((picture.getRGB(x, y) & 0xFFFFFF) == colour) {
                    rows.add(y);
                }
            }
        }
        return rows;
    }
}
