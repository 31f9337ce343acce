package org.consilium.site.impression;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactSheetTest {

    private static final int BLACK = 0xff000000;

    /** However long the numbers in a caption are, they stay within the picture. */
    @ParameterizedTest
    @CsvSource({"cnn.4x4x1.1000, 1200", "cnn.4x4x1.2, 3", "cnn.28x28x3.8, 161", "cnn.300x200x1.2, 50"})
    void a_set_is_shown_to_its_last_image_on_as_many_sheets_as_it_takes(String architecture, int size)
            throws IOException {
        Impressions set = set(new ArchitectureId(architecture), size);
        ContactSheet sheet = new ContactSheet(set, Optional.empty(), Set.of(size - 1));
        int shown = 0;
        int from = 0;
        while (from < size - sheet.most()) {
            from += sheet.most();
            shown++;
        }
        BufferedImage last = picture(sheet.png(from));
        assertThat(count(last, ContactSheet.VETO))
                .as("the last image is vetoed")
                .isPositive();
        assertThat(shown * sheet.most() + (size - from)).isEqualTo(size);
        assertThat((long) last.getWidth() * last.getHeight()).isLessThan(12_000_000);
    }

    @Test
    void a_caption_is_written_in_dots() throws IOException {
        Impressions set = set(new ArchitectureId("cnn.4x4x1.2"), 1);
        BufferedImage picture = picture(new ContactSheet(set, Optional.empty(), Set.of()).png(0));
        // "0 C1 1.00" has 12 + 9 + 8 + 8 + 1 + 12 + 12 dots of four points each, and the image is grey.
        assertThat(count(picture, BLACK)).isEqualTo(4 * 62);
    }

    private static BufferedImage picture(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int count(BufferedImage picture, int colour) {
        int count = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                count += picture.getRGB(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }

    /** Grey images, each of the last class. */
    private static Impressions set(ArchitectureId architecture, int size) {
        String[] parts = architecture.value().split("\\.");
        int classes = Integer.parseInt(parts[2]);
        int samples =
                Arrays.stream(parts[1].split("x")).mapToInt(Integer::parseInt).reduce(1, (a, b) -> a * b);
        float[] targets = new float[size * classes];
        for (int i = 0; i < size; i++) {
            targets[(i + 1) * classes - 1] = 1;
        }
        Sha256 any = new Sha256("ab".repeat(32));
        return Impressions.of(
                new ModelOrigin(any, new RoundNumber(1), any, architecture),
                classes,
                targets,
                FloatBuffer.wrap(new float[size * samples]));
    }
}
