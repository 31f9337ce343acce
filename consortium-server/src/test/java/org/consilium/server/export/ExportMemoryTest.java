package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.consilium.contract.audit.NoteSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long logs are written in a JVM whose whole heap is {@value #HEAP}, far less than the records alone would take. */
class ExportMemoryTest {

    private static final String HEAP = "32m";

    /** Of the slower ones fewer; {@link #a_writer_that_kept_its_records_would_need_more} shows that these are enough. */
    @ParameterizedTest
    @CsvSource({"CSV, 1000000", "JSON, 1000000", "FHIR, 100000", "ATNA, 100000", "BUNDLE, 100000"})
    void a_long_log_needs_no_more_heap_than_a_short_one(String format, long records, @TempDir Path folder)
            throws Exception {
        ChildJvm.Ended ended = ChildJvm.run(
                List.of("-Xmx" + HEAP, "-Djava.io.tmpdir=" + folder), Main.class, format, Long.toString(records));

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("wrote " + records);
    }

    @Test
    void a_writer_that_kept_its_records_would_need_more() throws Exception {
        ChildJvm.Ended ended = ChildJvm.run(List.of("-Xmx" + HEAP), Main.class, "KEEP", "100000");

        assertThat(ended.exit()).isNotZero();
        assertThat(ended.output()).contains("OutOfMemoryError");
    }

    /** What runs there. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            long records = Long.parseLong(arguments[1]);
            OutputStream out = OutputStream.nullOutputStream();
            switch (arguments[0]) {
                case "KEEP" -> keep(records);
                case "BUNDLE" -> {
                    NoteSigner signer = NoteSigner.generate("consortium.test/audit");
                    // Every other record, so that the proof is as long as can be.
                    LogForTests parts = new LogForTests(2 * records, Records::generated, seq -> seq % 2 == 0, signer);
                    long written = BundleWriter.write(parts, BundleScope.all(), signer, LogForTests.NOW, out);
                    System.out.println("wrote " + written);
                }
                default -> {
                    try (RecordExport export =
                            RecordFormat.valueOf(arguments[0]).to(out)) {
                        for (long seq = 0; seq < records; seq++) {
                            export.write(Records.generated(seq));
                        }
                    }
                    System.out.println("wrote " + records);
                }
            }
        }

        private static void keep(long records) {
            List<byte[]> lines = new ArrayList<>();
            for (long seq = 0; seq < records; seq++) {
                lines.add(Records.generated(seq).line().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            System.out.println("kept " + lines.size());
        }
    }
}
