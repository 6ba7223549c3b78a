package dev.outlive.examples.inbox;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;

/** PDF documents of one small page, through PDFBox. */
final class Pdf {
  private static final int DOTS_PER_INCH = 300;
  private static final PDRectangle PAGE = new PDRectangle(200, 100);
  private static final float FONT_SIZE = 7;
  private static final float LINE_HEIGHT = 9;

  static {
    System.setProperty("java.awt.headless", "true");
    PdfFonts.install();
  }

  private Pdf() {}

  /** The text of all pages, after its first page has been drawn. */
  static String read(Path file) throws IOException {
    try (PDDocument document = Loader.loadPDF(file.toFile())) {
      String text = new PDFTextStripper().getText(document);
      BufferedImage preview = new PDFRenderer(document).renderImageWithDPI(0, DOTS_PER_INCH);
      preview.flush();
      return text;
    }
  }

  /** A document with one line of text for each of {@code lines}; the same bytes for the same id. */
  static byte[] write(List<String> lines, long id) throws IOException {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(PAGE);
      document.addPage(page);
      PDFont font = new PDType1Font(FontName.HELVETICA);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(font, FONT_SIZE);
        content.setLeading(LINE_HEIGHT);
        content.newLineAtOffset(10, PAGE.getHeight() - 2 * LINE_HEIGHT);
        for (String line : lines) {
          content.showText(line);
          content.newLine();
        }
        content.endText();
      }
      document.setDocumentId(id);
      document.setDocumentInformation(madeOn(LocalDate.of(2025, 1, 1)));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  private static PDDocumentInformation madeOn(LocalDate day) {
    GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    calendar.setTimeInMillis(day.toEpochDay() * 86_400_000L);
    PDDocumentInformation information = new PDDocumentInformation();
    information.setCreationDate(calendar);
    return information;
  }
}
