// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.image.DataUrl;
import dev.rivulet.image.ImageHeader;
import dev.rivulet.image.ImageInput;
import dev.rivulet.image.ImageRefusedException;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;

/** Takes pictures of requests in by their headers; decodes nothing. Thread-safe. */
public final class PictureIntake {

    private final PictureProperties properties;
    private final ImageInput images;

    public PictureIntake(PictureProperties properties) {
        this.properties = properties;
        this.images = new ImageInput(properties.limits());
    }

    /** Most pictures of a request. */
    public int most() {
        return properties.most();
    }

    ImageInput images() {
        return images;
    }

    /**
     * Takes in one URL.
     *
     * @param path where it is in the request
     * @param film whether frames of an animation are wanted, rather than its first one
     * @throws ProblemException with {@code invalid_value} if the URL is no data URL or its bytes would not be read
     */
    public PictureAsk take(String path, String url, boolean film) {
        if (!DataUrl.is(url)) {
            throw invalid(path, "must be a data URL, data:image/png;base64,…: nothing is fetched here");
        }
        try {
            byte[] file = DataUrl.bytes(url, images.limits().bytes());
            ImageHeader header = images.header(file);
            return new PictureAsk(path, file, header, film ? Math.min(properties.frames(), header.frames()) : 1);
        } catch (ImageRefusedException e) {
            throw refused(path, e);
        }
    }

    static ProblemException refused(String path, ImageRefusedException e) {
        return invalid(path, "is refused: " + e.getMessage());
    }

    private static ProblemException invalid(String path, String what) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, path, "'" + path + "' " + what + "."));
    }
}
