package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.consilium.server.platform.Await;
import org.consilium.server.platform.LibertyForTests;
import org.consilium.server.platform.Migration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The report within the packaged application on Open Liberty, with the libraries and fonts that are packed into it. */
@ExtendWith(ArquillianExtension.class)
class ReportIT {

    @Inject
    Migration migration;

    @Deployment
    static WebArchive application() {
        return LibertyForTests.application(ReportIT.class, ReportExample.class, Await.class);
    }

    /** So that the application is not taken away while it changes the schema. */
    @BeforeEach
    void the_application_is_up() {
        Await.until("the schema is there", migration::isDone);
    }

    @Test
    void it_is_written_by_the_packaged_application() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportPdf.write(ReportExample.of(8, 3), java.util.Optional.empty(), out);
        try (PDDocument document = Loader.loadPDF(out.toByteArray())) {
            assertThat(new PDFTextStripper().getText(document)).contains("Kenichi)", "Łucja Żółkiewska");
        }
    }
}
