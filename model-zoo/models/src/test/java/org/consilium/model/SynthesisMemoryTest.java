package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SynthesisPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A set may be larger than the heap: only a batch of it is there at a time. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class SynthesisMemoryTest {

    /** 113 MB of pixels, in a heap of 64 MiB. */
    private static final int IMAGES = 12_000;

    @Test
    void images_that_would_not_fit_the_heap_are_made() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=512m",
                        "-Dorg.bytedeco.javacpp.maxbytes=1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SynthesisMemoryTest.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("images made: " + IMAGES);
    }

    /** Makes the images for the JVM that started this one. */
    public static void main(String[] arguments) {
        Networks networks = Networks.create();
        ArchitectureId id = Architectures.id("cnn", new ImageShape(28, 28, 3), 8);
        Parameters model = networks.initial(id, 7);
        SynthesisPlan plan = new SynthesisPlan(
                IMAGES,
                SynthesisPlan.Labels.BALANCED,
                SynthesisPlan.Initial.NOISE,
                160,
                1,
                1,
                1,
                0.9,
                0.2,
                0.001,
                SynthesisPlan.Prior.NONE,
                0,
                7);
        ModelOrigin origin = new ModelOrigin(Sha256.of(new byte[0]), new RoundNumber(1), model.digest(), id);
        try (Synthesis synthesis = networks.begin(origin, model, plan, Optional.empty(), Optional.empty())) {
            synthesis.step();
            Impressions made = synthesis.result();
            System.out.println("images made: " + made.size());
        }
    }
}
