// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import dev.rivulet.registry.artifacts.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Calls a service and says in words what it refuses.
 *
 * @param place how messages name the bucket
 */
record S3Calls(String place) {

    /** A call to the service; the client has tried again already. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException;
    }

    /**
     * Runs a call.
     *
     * @param name of the object
     * @throws NoSuchFileException if the object isn't there
     * @throws StoreUnavailableException if the service can't be reached or refuses
     */
    <T> T run(String name, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (S3Exception e) {
            throw refused(name, e);
        } catch (SdkException e) {
            throw new StoreUnavailableException(sentence("can't be reached: " + e.getMessage()), e);
        }
    }

    private IOException refused(String name, S3Exception failure) {
        String code = code(failure);
        return switch (failure.statusCode()) {
            case 404 ->
                code.equals("NoSuchBucket")
                        ? new StoreUnavailableException(sentence("is not there"), failure)
                        : missing(name, failure);
            case 401, 403 ->
                new StoreUnavailableException(
                        sentence("refuses the credentials (" + (code.isEmpty() ? failure.statusCode() : code) + ")"),
                        failure);
            default ->
                new StoreUnavailableException(sentence("answered " + failure.statusCode() + " " + code), failure);
        };
    }

    /** What the service answered; 0 if nothing. */
    static int status(StoreUnavailableException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof S3Exception refusal) {
                return refusal.statusCode();
            }
        }
        return 0;
    }

    /** Answers to HEAD have no body and so no code. */
    private static String code(S3Exception failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    String sentence(String what) {
        return Character.toUpperCase(place.charAt(0)) + place.substring(1) + " " + what.strip();
    }

    private static IOException missing(String name, S3Exception cause) {
        NoSuchFileException missing = new NoSuchFileException(name);
        missing.initCause(cause);
        return missing;
    }
}
