package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionGoTo;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.destination.PDPageDestination;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report says and how it is set, read back from the file. */
class ReportPdfTest {

    private static final String HOSTILE =
            "A\u202Egpj.exe \uD83D\uDE00 (x) Tj <script>alert(1)</script> \\ %%EOF endobj \u0301\u0301 \u05D0 \u200B ${x} %s";
    private static final String SHOWN =
            "A[U+202E]gpj.exe [U+1F600] (x) Tj <script>alert(1)</script> \\ %%EOF endobj [U+0301][U+0301] [U+05D0] [U+200B] ${x} %s";

    @Test
    void every_signature_stands_there_with_name_time_and_meaning() throws IOException {
        StudyReport report = ReportExample.of(8, 3);
        try (PDDocument document = written(report)) {
            String text = flat(text(document, 1, document.getNumberOfPages()));
            for (StudyReport.Version version : report.versions()) {
                assertThat(text).contains("SHA-256 " + version.hash());
                for (StudyReport.Signature one : version.signatures()) {
                    // Letters that no font has are shown as code points, over several lines.
                    assertThat(text.replace(" ", "")).contains((one.site() + " " + shown(one.name())).replace(" ", ""));
                    assertThat(text)
                            .contains(ReportWords.time(one.signedAt()) + " logged in "
                                    + ReportWords.time(one.authenticatedAt()) + " " + one.meaning());
                }
            }
            assertThat(text).contains("Reason: The retention time is too long for us");
        }
    }

    private static String shown(String name) {
        return name.codePoints()
                .mapToObj(letter -> Character.isIdeographic(letter)
                        ? String.format("[U+%04X]", letter)
                        : Character.toString(letter))
                .collect(Collectors.joining());
    }

    @Test
    void a_signature_that_is_awaited_is_said_to_be() throws IOException {
        StudyReport report = ReportExample.of(2, 1);
        StudyReport.Version unsigned = new StudyReport.Version(
                3,
                "PROPOSED",
                "Hanna Berg",
                ReportExample.BEGIN,
                Optional.empty(),
                ReportExample.hash("3"),
                "x",
                List.of(ReportExample.site(1)),
                List.of());
        try (PDDocument document = written(new StudyReport(
                report.made(),
                report.subject(),
                List.of(unsigned),
                report.participants(),
                List.of(),
                new ReportFacts().summary(),
                new StudyReport.Integrity(
                        "o", 0, ReportExample.hash(""), ReportExample.hash("k"), List.of(), List.of())))) {
            String text = flat(text(document, 1, document.getNumberOfPages()));
            assertThat(text)
                    .contains("site-1 Not signed – –")
                    .contains("not settled yet")
                    .contains("No round was opened.")
                    .contains("The records of this study tell of none.")
                    .contains("Nobody yet. Until a hospital's node has")
                    .contains("The records tell of no event.");
        }
    }

    @Test
    void every_page_says_study_version_and_its_number() throws IOException {
        try (PDDocument document = written(ReportExample.of(8, 40))) {
            int pages = document.getNumberOfPages();
            for (int number = 1; number <= pages; number++) {
                List<String> lines =
                        text(document, number, number).strip().lines().toList();
                assertThat(lines.get(lines.size() - 1) + lines.get(lines.size() - 2))
                        .contains("Page " + number + " of " + pages)
                        .contains("Study cs-2026-014 · Protocol version 2 · All times UTC".replace(" · ", "  ·  "));
                assertThat(lines)
                        .as("page " + number + " has more than its footer")
                        .hasSizeGreaterThan(6);
            }
        }
    }

    @Test
    void the_table_of_contents_and_the_bookmarks_name_the_pages_of_the_headings() throws IOException {
        try (PDDocument document = written(ReportExample.of(40, 30))) {
            Map<String, Integer> headings = new TreeMap<>();
            bookmarks(document, document.getDocumentCatalog().getDocumentOutline(), headings);
            assertThat(headings).hasSizeGreaterThan(14).containsKeys("1  Who took part", "Version 2, approved");
            List<String> contents = text(document, 1, 1).lines().toList();
            List<Integer> links = linked(document);
            assertThat(links).hasSameSizeAs(headings.keySet());
            int place = 0;
            for (String title : contents.subList(contents.indexOf("Contents") + 1, contents.size())) {
                Optional<String> heading = headings.keySet().stream()
                        .filter(one -> title.startsWith(one))
                        .findFirst();
                if (heading.isPresent()) {
                    int page = headings.remove(heading.get());
                    assertThat(title).endsWith(" " + page);
                    assertThat(links.get(place++)).isEqualTo(page);
                    assertThat(text(document, page, page).lines().map(String::strip))
                            .contains(heading.get());
                }
            }
            assertThat(headings).as("every heading is in the table of contents").isEmpty();
        }
    }

    @Test
    void a_table_of_contents_that_is_longer_than_a_page_goes_on() throws IOException {
        StudyReport report = ReportExample.of(1, 1);
        List<StudyReport.Version> many = new ArrayList<>();
        for (int number = 1; number <= 60; number++) {
            StudyReport.Version one = report.versions().get(1);
            many.add(new StudyReport.Version(
                    number,
                    one.state(),
                    one.author(),
                    one.createdAt(),
                    one.decidedAt(),
                    one.hash(),
                    "text " + number,
                    one.participants(),
                    one.signatures()));
        }
        StudyReport amended = new StudyReport(
                report.made(),
                report.subject(),
                many,
                report.participants(),
                report.rounds(),
                report.facts(),
                report.integrity());
        try (PDDocument document = written(amended)) {
            Map<String, Integer> headings = new TreeMap<>();
            bookmarks(document, document.getDocumentCatalog().getDocumentOutline(), headings);
            String contents = text(document, 1, headings.get("1  Who took part") - 1);
            assertThat(headings.get("1  Who took part")).isGreaterThan(3);
            headings.forEach((title, page) ->
                    assertThat(contents.lines().map(String::strip)).contains(title + " " + page));
        }
    }

    @Test
    void whatever_somebody_wrote_stays_text() throws IOException {
        ReportFacts facts = new ReportFacts();
        facts.add(ReportExample.record(
                0, "update.refused", 4, HOSTILE, Optional.of(ReportExample.site(1)), OptionalInt.of(1), Map.of()));
        StudyReport plain = ReportExample.of(1, 1, facts.summary());
        StudyReport.Version version = plain.versions().get(1);
        StudyReport.Signature signature = version.signatures().get(0);
        StudyReport report = new StudyReport(
                new StudyReport.Made(plain.made().at(), HOSTILE, HOSTILE, Optional.empty(), Optional.empty()),
                new StudyReport.Subject(
                        ReportExample.STUDY,
                        HOSTILE,
                        HOSTILE,
                        "STOPPED",
                        Optional.of(HOSTILE),
                        Optional.empty(),
                        Optional.empty()),
                List.of(new StudyReport.Version(
                        2,
                        "APPROVED",
                        HOSTILE,
                        version.createdAt(),
                        version.decidedAt(),
                        version.hash(),
                        HOSTILE.replaceAll("([!-/:-@\\[-`{-~])", "\\\\$1"),
                        version.participants(),
                        List.of(new StudyReport.Signature(
                                signature.site(),
                                HOSTILE,
                                HOSTILE,
                                signature.authenticatedAt(),
                                signature.signedAt(),
                                false,
                                HOSTILE,
                                Optional.of(HOSTILE))))),
                List.of(new StudyReport.Participant(ReportExample.site(1), HOSTILE, "ACTIVE", Optional.empty())),
                plain.rounds(),
                plain.facts(),
                plain.integrity());
        try (PDDocument document = written(report)) {
            String text = text(document, 1, document.getNumberOfPages()).replaceAll("\\s", "");
            assertThat(text.split(java.util.regex.Pattern.quote(SHOWN.replace(" ", "")), -1))
                    .as("made for, title, investigator, reason, author, signer, subject, meaning, reason of the"
                            + " declining, hospital, outcome, text of the protocol")
                    .hasSize(1 + 12);
            for (PDPage page : document.getPages()) {
                for (PDAnnotation annotation : page.getAnnotations()) {
                    assertThat(((PDAnnotationLink) annotation).getAction()).isInstanceOf(PDActionGoTo.class);
                }
            }
            assertThat(document.getDocumentCatalog().getOpenAction()).isNull();
            assertThat(document.getDocumentCatalog().getNames()).isNull();
            assertThat(document.getDocumentInformation().getSubject()).isEqualTo(HOSTILE);
        }
    }

    @Test
    void nothing_is_cut_off_however_long_it_is() throws IOException {
        String word = "W".repeat(2000);
        String japanese = "青葉大学病院".repeat(330);
        ReportFacts facts = new ReportFacts();
        for (int i = 0; i < 5; i++) {
            facts.add(ReportExample.record(
                    i,
                    "update.refused",
                    4,
                    word,
                    Optional.of(ReportExample.site(1)),
                    OptionalInt.of(1),
                    Map.of("code", japanese)));
        }
        StudyReport plain = ReportExample.of(40, 3, facts.summary());
        StudyReport.Version version = plain.versions().get(1);
        StudyReport.Signature signature = version.signatures().get(0);
        StudyReport report = new StudyReport(
                plain.made(),
                new StudyReport.Subject(
                        ReportExample.STUDY,
                        japanese.substring(0, 200),
                        word.substring(0, 200),
                        "STOPPED",
                        Optional.of(japanese.substring(0, 300)),
                        Optional.empty(),
                        Optional.empty()),
                List.of(new StudyReport.Version(
                        2,
                        "APPROVED",
                        "a",
                        version.createdAt(),
                        version.decidedAt(),
                        version.hash(),
                        "# " + word + "\n\n" + japanese + "\n\n- " + word,
                        version.participants(),
                        List.of(new StudyReport.Signature(
                                signature.site(),
                                japanese,
                                word,
                                signature.authenticatedAt(),
                                signature.signedAt(),
                                true,
                                word,
                                Optional.empty())))),
                List.of(new StudyReport.Participant(new SiteId("a".repeat(40)), word, "ACTIVE", Optional.empty())),
                plain.rounds(),
                plain.facts(),
                plain.integrity());
        try (PDDocument document = written(report)) {
            List<String> outside = new ArrayList<>();
            StringBuilder letters = new StringBuilder();
            PDFTextStripper stripper = new PDFTextStripper() {
                @Override
                protected void processTextPosition(TextPosition letter) {
                    letters.append(letter.getUnicode());
                    float end = letter.getXDirAdj() + letter.getWidthDirAdj();
                    float base = letter.getYDirAdj();
                    if (letter.getXDirAdj() < ReportPages.LEFT - 1
                            || end > ReportPages.LEFT + ReportPages.WIDTH + 1
                            || base < 50
                            || base > 842 - 36) {
                        outside.add(getCurrentPageNo() + ": " + letter.getUnicode() + " at " + letter.getXDirAdj());
                    }
                }
            };
            stripper.getText(document);
            assertThat(outside).isEmpty();
            long drawn = letters.chars().filter(letter -> letter == 'W').count();
            assertThat(drawn)
                    .as("signer, meaning, hospital, heading, item; investigator; five outcomes, shortened")
                    .isGreaterThanOrEqualTo(5 * 2000 + 200 + 5 * ReportFacts.MOST_CHARACTERS);
        }
    }

    @Test
    void the_head_of_a_table_comes_again_on_each_of_its_pages() throws IOException {
        try (PDDocument document = written(ReportExample.of(8, 40))) {
            Map<String, Integer> headings = new TreeMap<>();
            bookmarks(document, document.getDocumentCatalog().getDocumentOutline(), headings);
            int from = headings.get("8  Every update");
            int to = headings.get("9  Text of the protocol") - 1;
            assertThat(to - from).isGreaterThan(3);
            for (int number = from; number <= to; number++) {
                assertThat(text(document, number, number)).contains("SHA-256 of the update");
            }
        }
    }

    @Test
    void the_integrity_statement_has_root_key_witnesses_and_the_way_to_check_them() throws IOException {
        StudyReport report = ReportExample.of(3, 30);
        try (PDDocument document = written(report)) {
            String text = flat(text(document, 1, document.getNumberOfPages()));
            assertThat(text)
                    .contains("Root (SHA-256) " + report.integrity().root())
                    .contains("The consortium's key " + report.integrity().keyFingerprint())
                    .contains("./consilium audit export --study cs-2026-014 --format bundle")
                    .contains("./consilium audit verify BUNDLE")
                    .contains("10 earlier, the first of");
            report.integrity()
                    .witnesses()
                    .forEach(one -> assertThat(text)
                            .contains(one.site() + " " + ReportWords.time(one.at()) + " " + one.keyFingerprint()));
            report.rounds()
                    .forEach(round -> assertThat(text)
                            .contains("Round " + round.number() + " New model "
                                    + round.aggregate().orElseThrow()));
        }
    }

    @Test
    void what_left_each_hospital_is_summed_in_megabytes() throws IOException {
        try (PDDocument document = written(ReportExample.of(2, 3))) {
            String text = flat(text(document, 1, document.getNumberOfPages()));
            assertThat(text).contains("site-1 3 5.068 3 0 5.068").contains("site-2 3 5.068 3 0 5.068");
            assertThat(text).contains("10.1 MB left the hospitals");
        }
    }

    @Test
    void a_further_font_that_is_none_is_named_with_the_setting(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("font.ttf"), "no font");
        StudyReport report = ReportExample.of(3, 3);
        StudyReport japanese = new StudyReport(
                new StudyReport.Made(report.made().at(), "青葉", "0.1.0", Optional.empty(), Optional.empty()),
                report.subject(),
                report.versions(),
                report.participants(),
                report.rounds(),
                report.facts(),
                report.integrity());
        assertThatIOException()
                .isThrownBy(() -> ReportPdf.write(japanese, Optional.of(file), OutputStream.nullOutputStream()))
                .withMessageContaining("font.ttf")
                .withMessageContaining("consilium.report.font");
    }

    @Test
    void its_fonts_are_in_the_file_and_it_says_its_title_and_language() throws IOException {
        try (PDDocument document = written(ReportExample.of(3, 3))) {
            List<String> fonts = new ArrayList<>();
            for (PDPage page : document.getPages()) {
                for (COSName name : page.getResources().getFontNames()) {
                    assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
                    fonts.add(page.getResources().getFont(name).getName());
                }
            }
            assertThat(fonts)
                    .anyMatch(name -> name.endsWith("LiberationSans"))
                    .anyMatch(name -> name.endsWith("LiberationMono"));
            assertThat(document.getDocumentInformation().getTitle())
                    .isEqualTo("Data-protection report of study cs-2026-014, protocol version 2");
            assertThat(document.getDocumentCatalog().getLanguage()).isEqualTo("en-GB");
            assertThat(document.getDocumentCatalog().getMarkInfo().isMarked()).isTrue();
            assertThat(document.getDocumentCatalog().getStructureTreeRoot().getKids())
                    .hasSize(1);
        }
    }

    @Test
    void the_same_report_gives_the_same_bytes() throws IOException {
        assertThat(bytes(ReportExample.of(4, 5))).isEqualTo(bytes(ReportExample.of(4, 5)));
    }

    /** The heap of the tests is the limit: 12,000 updates and 24,000 records. */
    @Test
    void three_hundred_rounds_of_forty_hospitals_are_all_there() throws IOException {
        StudyReport report = ReportExample.of(40, 300);
        try (PDDocument document = written(report)) {
            int pages = document.getNumberOfPages();
            String end = text(document, pages - 12, pages);
            assertThat(end).contains("Round 300");
            for (StudyReport.Share share : report.rounds().get(299).shares()) {
                assertThat(end).contains(share.update().map(Sha256::hex).orElse("none"));
            }
            assertThat(flat(text(document, 1, 40)))
                    .contains(
                            report.facts().anomalies().more() + " more, none of them more serious; see records.jsonl");
        }
    }

    private static PDDocument written(StudyReport report) throws IOException {
        return Loader.loadPDF(bytes(report));
    }

    private static byte[] bytes(StudyReport report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportPdf.write(report, Optional.empty(), out);
        return out.toByteArray();
    }

    private static String text(PDDocument document, int from, int to) throws IOException {
        PDFTextStripper stripper = new PDFTextStripper();
        stripper.setStartPage(from);
        stripper.setEndPage(to);
        return stripper.getText(document);
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static void bookmarks(PDDocument document, PDOutlineNode parent, Map<String, Integer> pages)
            throws IOException {
        for (PDOutlineItem item : parent.children()) {
            PDPageDestination destination = (PDPageDestination) item.getDestination();
            pages.put(item.getTitle(), destination.retrievePageNumber() + 1);
            bookmarks(document, item, pages);
        }
    }

    private static List<Integer> linked(PDDocument document) throws IOException {
        List<Integer> pages = new ArrayList<>();
        for (PDAnnotation annotation : document.getPage(0).getAnnotations()) {
            PDActionGoTo action = (PDActionGoTo) ((PDAnnotationLink) annotation).getAction();
            pages.add(((PDPageDestination) action.getDestination()).retrievePageNumber() + 1);
        }
        return pages;
    }
}
