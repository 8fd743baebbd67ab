// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.image.ImageLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of pictures in requests.
 *
 * @param most pictures of one request, frames of films among them
 * @param frames of a film that are shown to a model
 * @param maxBytes of one picture's file
 * @param maxPixels of one picture
 * @param decodeTime how long a picture may take to decode
 * @param encodeTime how long a request waits for the encoder of one picture
 * @param queue pictures that wait for the encoder of one model
 * @param cache rows of pictures that are kept, all together; 0 keeps none
 * @param onFailure what a request gets whose pictures can't be encoded
 * @param failures in a row after which an encoder is left alone
 * @param pause how long it is left alone
 */
@Validated
@ConfigurationProperties("rivulet.pictures")
public record PictureProperties(
        @DefaultValue("16") @Min(1) @Max(256) int most,
        @DefaultValue("8") @Min(1) @Max(64) int frames,
        @DefaultValue("3MB") DataSize maxBytes,
        @DefaultValue("16000000") @Min(1) @Max(100_000_000) long maxPixels,
        @DefaultValue("5s") Duration decodeTime,
        @DefaultValue("20s") Duration encodeTime,
        @DefaultValue("32") @Min(1) @Max(4096) int queue,
        @DefaultValue("64MB") DataSize cache,
        @DefaultValue("ANSWER") OnFailure onFailure,
        @DefaultValue("3") @Min(1) @Max(100) int failures,
        @DefaultValue("10s") Duration pause) {

    /** What a request gets whose pictures can't be encoded. */
    public enum OnFailure {
        /** An answer to the text alone, which says so. */
        ANSWER,
        /** An error. */
        REFUSE
    }

    /** The same as limits of an image. */
    public ImageLimits limits() {
        ImageLimits usual = ImageLimits.DEFAULT;
        return new ImageLimits(
                Math.toIntExact(maxBytes.toBytes()),
                usual.side(),
                maxPixels,
                usual.ratio(),
                usual.frames(),
                decodeTime);
    }
}
