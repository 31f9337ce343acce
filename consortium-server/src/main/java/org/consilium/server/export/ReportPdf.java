package org.consilium.server.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.interactive.viewerpreferences.PDViewerPreferences;

/**
 * Writes the report of a study as a PDF that a hospital's data-protection officer can read and file: who took part, by
 * which signed protocol, what left each hospital, each round, what was refused or went wrong, and what proves it.
 *
 * <p>The same report gives the same bytes: the dates and the id in the file are those of {@link StudyReport.Made#at}.
 */
public final class ReportPdf {

    private ReportPdf() {}

    /**
     * Writes a report.
     *
     * @param font TrueType file for names in scripts beside Latin, Greek and Cyrillic; without it they are shown as code points
     * @param out stays open
     */
    public static void write(StudyReport report, Optional<Path> font, OutputStream out) throws IOException {
        // Pages that are done lie in a temporary file, so that a long study does not fill the heap.
        try (PDDocument document = new PDDocument(IOUtils.createTempFileOnlyStreamCache());
                ReportFonts fonts = new ReportFonts(document, font)) {
            describe(document, report);
            ReportPages pages = new ReportPages(document, fonts);
            new ReportFront(report, pages).write();
            new ReportChapters(report, pages).write();
            pages.finish("Study " + report.subject().id() + "  ·  Protocol version "
                    + report.lastVersion().number() + "  ·  All times UTC");
            document.save(out);
        }
    }

    private static void describe(PDDocument document, StudyReport report) {
        PDDocumentInformation information = document.getDocumentInformation();
        information.setTitle(
                "Data-protection report of study " + report.subject().id() + ", protocol version "
                        + report.lastVersion().number());
        information.setSubject(report.subject().title());
        information.setAuthor(report.made().by());
        information.setCreator("Consilium " + report.made().software());
        information.setKeywords(report.subject().id() + ", audit, data protection");
        Calendar at = GregorianCalendar.from(report.made().at().atZone(ZoneOffset.UTC));
        at.setTimeZone(TimeZone.getTimeZone("UTC"));
        information.setCreationDate(at);
        information.setModificationDate(at);
        document.setDocumentId(report.made().at().toEpochMilli());
        document.getDocumentCatalog().setLanguage(Locale.UK.toLanguageTag());
        PDViewerPreferences preferences =
                new PDViewerPreferences(document.getDocumentCatalog().getCOSObject());
        preferences.setDisplayDocTitle(true);
        document.getDocumentCatalog().setViewerPreferences(preferences);
    }
}
