// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import dev.rivulet.problems.ProblemException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Draws pictures. A pure function of what is asked for; PNG takes tens of milliseconds of a core, so keep it off an event loop.
 */
public final class PictureTool {

    /** The tool's name for a model. */
    public static final String NAME = "draw_picture";

    /** What the tool does, for a model. */
    public static final String DESCRIPTION =
            "Draws a picture of a building: dials, floor plans with states, lists of devices and how they are.";

    private final JsonMapper json;

    public PictureTool(JsonMapper json) {
        this.json = json;
    }

    public Picture draw(DrawPicture asked) {
        Scene scene = Scene.of(asked);
        byte[] bytes = switch (asked.format()) {
            case SVG -> SvgWriter.write(scene);
            case PNG -> PngWriter.write(scene);
        };
        return new Picture(asked.title(), asked.format().mediaType(), bytes);
    }

    /**
     * Draws what the arguments of a tool call ask for, or the body of a request.
     *
     * @throws ProblemException a caller's fault, with the field
     */
    public Picture draw(byte[] arguments) {
        return draw(read(arguments));
    }

    /**
     * Reads what a picture shall show.
     *
     * @throws ProblemException a caller's fault, with the field
     */
    public DrawPicture read(byte[] arguments) {
        return PictureReader.read(json, arguments);
    }
}
