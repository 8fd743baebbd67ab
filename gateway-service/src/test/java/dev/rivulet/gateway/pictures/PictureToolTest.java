// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.rivulet.problems.ProblemException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.json.JsonMapper;

class PictureToolTest {

    private static final String GAUGE = "{'kind':'gauge','label':'Hall','value':%s,'high':50,'unit':'°C'}";
    private static final String PLAN =
            "{'kind':'plan','rooms':[{'name':'Aurora','x':0,'y':0,'width':4,'height':3,'note':'21 °C','tone':'alarm'},"
                    + "{'name':'Delta','x':4,'y':0,'width':4,'height':3}],'doors':[{'x':4,'y':1.5,'upright':true}]}";
    private static final String STATES =
            "{'kind':'states','rows':[{'label':'Front door','state':'locked','tone':'good'}]}";

    private final PictureTool tool = new PictureTool(JsonMapper.shared());

    private static byte[] body(String format, String... parts) {
        return "{'title':'Second floor','format':'%s','width':320,'height':240,'parts':[%s]}"
                .formatted(format, String.join(",", parts))
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
    }

    private Document svg(String... parts) throws Exception {
        return parsed(tool.draw(body("svg", parts)));
    }

    private static Document parsed(Picture picture) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(picture.bytes()));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(at -> (Element) nodes.item(at))
                .toList();
    }

    private static List<String> texts(Document document) {
        return elements(document, "text").stream().map(Element::getTextContent).toList();
    }

    @Test
    void anSvgNamesWhatItShows() throws Exception {
        Document document = svg(GAUGE.formatted("21.5"), PLAN, STATES);
        assertThat(elements(document, "title").getFirst().getTextContent()).isEqualTo("Second floor");
        assertThat(texts(document))
                .contains(
                        "Second floor",
                        "21.5 °C",
                        "Hall",
                        "0",
                        "50",
                        "Aurora",
                        "21 °C",
                        "Delta",
                        "Front door",
                        "locked");
        assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 320 240");
    }

    @Test
    void theNeedleOfAGaugeTurnsWithItsValueAndStaysWithinTheScale() throws Exception {
        assertThat(needle("0")).isCloseTo(135, offset(1.0));
        assertThat(needle("25")).isCloseTo(270, offset(1.0));
        assertThat(needle("50")).isCloseTo(45, offset(1.0));
        assertThat(needle("900")).isEqualTo(needle("50"));
        assertThat(texts(svg(GAUGE.formatted("900")))).contains("900 °C");
    }

    /** The line that begins in the middle of the dial: degrees clockwise from the right. */
    private double needle(String value) throws Exception {
        Document document = svg(GAUGE.formatted(value));
        Element hub = elements(document, "circle").getFirst();
        Element needle = elements(document, "line").stream()
                .filter(line -> line.getAttribute("x1").equals(hub.getAttribute("cx"))
                        && line.getAttribute("y1").equals(hub.getAttribute("cy")))
                .findFirst()
                .orElseThrow();
        double x = number(needle, "x2") - number(needle, "x1");
        double y = number(needle, "y2") - number(needle, "y1");
        return (Math.toDegrees(Math.atan2(y, x)) + 360) % 360;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @Test
    void roomsStandBesideEachOtherAsTheirPlanSays() throws Exception {
        List<Element> rooms = elements(svg(PLAN), "rect").stream().skip(1).toList();
        assertThat(rooms).hasSize(2);
        double edge = number(rooms.get(0), "x") + number(rooms.get(0), "width");
        assertThat(number(rooms.get(1), "x")).isCloseTo(edge, offset(0.02));
        assertThat(rooms.get(0).getAttribute("fill")).isNotEqualTo(rooms.get(1).getAttribute("fill"));
    }

    @Test
    void textIsNeverMarkup() throws Exception {
        String hostile = "</text><script>alert(1)</script>&'\"]]>";
        DrawPicture asked = new DrawPicture(
                hostile,
                DrawPicture.Format.SVG,
                2000,
                800,
                List.of(new PicturePart.States(
                        List.of(new PicturePart.Row(hostile, "<image href='x'/>", PicturePart.Tone.NORMAL)))));
        Document document = parsed(tool.draw(asked));
        assertThat(elements(document, "script")).isEmpty();
        assertThat(elements(document, "image")).isEmpty();
        assertThat(texts(document)).contains(hostile, "<image href='x'/>");
        assertThat(elements(document, "title").getFirst().getTextContent()).isEqualTo(hostile);
    }

    @Test
    void aPngHasTheSizeAskedForAndTheColoursOfItsStates() throws Exception {
        Picture picture = tool.draw(body("png", PLAN));
        assertThat(picture.mediaType()).isEqualTo("image/png");
        assertThat(picture.dataUrl()).startsWith("data:image/png;base64,iVBOR");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.bytes()));
        assertThat(image.getWidth()).isEqualTo(320);
        assertThat(image.getHeight()).isEqualTo(240);
        int alarm = Integer.parseInt(Mark.Ink.ALARM_PALE.web().substring(1), 16);
        long red = IntStream.range(0, 320 * 240)
                .filter(at -> (image.getRGB(at % 320, at / 320) & 0xffffff) == alarm)
                .count();
        assertThat(red).isBetween(320L * 240 / 10, 320L * 240 / 2);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            [1]                                                                     |
            {'title':'a','parts':[{'kind':'map'}]}                                  | parts[0].kind
            {'title':'a','parts':[]}                                                | parts
            {'parts':[]}                                                            | title
            {'title':'a','script':1,'parts':[]}                                     | script
            {'title':'a','width':4096,'parts':[{'kind':'states','rows':[{'label':'a','state':'b'}]}]} | width
            {'title':'a','width':1e400,'parts':[{'kind':'states','rows':[{'label':'a','state':'b'}]}]} | width
            {'title':'a','format':'pdf','parts':[{'kind':'states','rows':[{'label':'a','state':'b'}]}]} | format
            {'title':'a\\u0000','parts':[{'kind':'states','rows':[{'label':'a','state':'b'}]}]} | title
            {'title':'a','parts':[{'kind':'states','rows':[{'label':'a','state':'b','tone':'pink'}]}]} | parts[0].rows[0].tone
            {'title':'a','parts':[{'kind':'states','rows':[{'label':'\\ud800','state':'b'}]}]} | parts[0].rows[0].label
            {'title':'a','parts':[{'kind':'states','rows':[]}]}                     | parts[0].rows
            {'title':'a','parts':[{'kind':'states','rows':[7]}]}                    | parts[0].rows[0]
            {'title':'a','parts':[{'kind':'gauge','label':'a','value':1,'low':9,'high':3}]} | parts[0].high
            {'title':'a','parts':[{'kind':'gauge','label':'a','value':'1'}]}        | parts[0].value
            {'title':'a','parts':[{'kind':'gauge','label':'a','value':1,'warn_from':101}]} | parts[0].warn_from
            {'title':'a','parts':[{'kind':'plan','rooms':[{'name':'a','x':0,'y':0,'width':0,'height':1}]}]} | parts[0].rooms[0].width
            {'title':'a','parts':[{'kind':'plan','rooms':[{'name':'a','x':0,'y':0,'width':1,'height':1}],'doors':[{'x':-1,'y':0}]}]} | parts[0].doors[0].x
            """)
    void aDescriptionThatIsWrongIsRefusedWithTheFieldAtFault(String body, String field) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> tool.draw(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .satisfies(refused -> assertThat(refused.problem().param()).isEqualTo(field));
    }

    @Test
    void aTextThatIsTooLongForItsPlaceEndsInAnEllipsis() {
        Mark.Label label = new Mark.Label(0, 0, 10, 55, Mark.Anchor.START, Mark.Ink.LINE, "𝄞".repeat(80));
        assertThat(label.fitting()).isEqualTo("𝄞".repeat(9) + "…");
    }
}
