// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import dev.rivulet.registry.artifacts.BlobBackend;
import dev.rivulet.registry.artifacts.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Objects of one bucket. Large ones are sent in parts, which show as one object when the last has come. */
final class S3Backend implements BlobBackend, AutoCloseable {

    private static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final S3Settings settings;
    private final S3Calls calls;

    private S3Backend(S3Client client, S3Settings settings) {
        this.client = client;
        this.settings = settings;
        this.calls = new S3Calls(settings.place());
    }

    static S3Backend open(S3Settings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                // Content-MD5 guards what is sent and the digest of the blob what is read; many services know no newer
                // checksum.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(overrides -> overrides
                        .retryStrategy(retries -> retries.maxAttempts(settings.attempts()))
                        .apiCallTimeout(settings.callTimeout()))
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(settings.connectTimeout())
                        .socketTimeout(settings.readTimeout())
                        .build());
        if (!settings.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(settings.endpoint()));
        }
        if (!settings.accessKey().isEmpty()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())));
        }
        return new S3Backend(builder.build(), settings);
    }

    private String key(String name) {
        return settings.prefix() + name;
    }

    @Override
    public void put(String name, Path file) throws IOException {
        long size = Files.size(file);
        long partSize = Math.max(settings.partSize().toBytes(), Math.ceilDiv(size, MOST_PARTS));
        if (size > partSize) {
            calls.run(name, () -> putParts(key(name), file, size, partSize));
            return;
        }
        FilePart whole = new FilePart(file, 0, size);
        String md5 = whole.md5();
        calls.run(
                name,
                () -> client.putObject(
                        request ->
                                request.bucket(settings.bucket()).key(key(name)).contentMD5(md5),
                        whole.body()));
    }

    private String putParts(String key, Path file, long size, long partSize) throws IOException {
        String id = client.createMultipartUpload(
                        request -> request.bucket(settings.bucket()).key(key))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long from = 0; from < size; from += partSize) {
                parts.add(
                        putPart(key, id, parts.size() + 1, new FilePart(file, from, Math.min(partSize, size - from))));
            }
            client.completeMultipartUpload(request -> request.bucket(settings.bucket())
                    .key(key)
                    .uploadId(id)
                    .multipartUpload(upload -> upload.parts(parts)));
            return key;
        } catch (RuntimeException | IOException e) {
            giveUp(key, id, e);
            throw e;
        }
    }

    private CompletedPart putPart(String key, String id, int number, FilePart part) throws IOException {
        String md5 = part.md5();
        String etag = client.uploadPart(
                        request -> request.bucket(settings.bucket())
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentMD5(md5),
                        part.body())
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    /** Where the service can't be reached for this either, {@link #tidy} does it later. */
    private void giveUp(String key, String id, Exception reason) {
        try {
            abort(key, id);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void abort(String key, String id) {
        client.abortMultipartUpload(
                request -> request.bucket(settings.bucket()).key(key).uploadId(id));
    }

    @Override
    public Optional<Kept> find(String name) throws IOException {
        try {
            HeadObjectResponse found = calls.run(
                    name,
                    () -> client.headObject(
                            request -> request.bucket(settings.bucket()).key(key(name))));
            return Optional.of(new Kept(name, found.contentLength(), found.lastModified()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        try {
            return new S3Input(name, offset, settings.attempts(), from -> calls.run(name, () -> get(name, from)));
        } catch (StoreUnavailableException e) {
            if (S3Calls.status(e) == 416) {
                return InputStream.nullInputStream();
            }
            throw e;
        }
    }

    private ResponseInputStream<GetObjectResponse> get(String name, long offset) {
        return client.getObject(request -> {
            request.bucket(settings.bucket()).key(key(name));
            if (offset > 0) {
                request.range("bytes=" + offset + "-");
            }
        });
    }

    @Override
    public boolean delete(String name) throws IOException {
        if (find(name).isEmpty()) {
            return false;
        }
        calls.run(
                name,
                () -> client.deleteObject(
                        request -> request.bucket(settings.bucket()).key(key(name))));
        return true;
    }

    @Override
    public List<Kept> list(String after, int limit) throws IOException {
        return calls.run(
                after,
                () -> client
                        .listObjectsV2(request -> request.bucket(settings.bucket())
                                .prefix(settings.prefix())
                                .startAfter(key(after))
                                .maxKeys(limit))
                        .contents()
                        .stream()
                        .map(object -> new Kept(
                                object.key().substring(settings.prefix().length()),
                                object.size(),
                                object.lastModified()))
                        .toList());
    }

    /** One attempt that ends soon: a probe waits for it. */
    @Override
    public void check() throws IOException {
        try {
            calls.run(
                    settings.bucket(),
                    () -> client.headBucket(request -> request.bucket(settings.bucket())
                            .overrideConfiguration(once -> once.apiCallTimeout(settings.connectTimeout()))));
        } catch (NoSuchFileException e) {
            throw new StoreUnavailableException(calls.sentence("is not there"), e);
        }
    }

    /** A service that can't list them has a rule of its own that removes them, or none ever. */
    @Override
    public void tidy(Instant before) throws IOException {
        try {
            calls.run(settings.bucket(), () -> {
                unended().stream().filter(upload -> isOlder(upload, before)).forEach(this::abort);
                return before;
            });
        } catch (StoreUnavailableException e) {
            if (S3Calls.status(e) != 501) {
                throw e;
            }
        }
    }

    /** The first thousand of them, as services answer; the next call goes on. */
    private List<MultipartUpload> unended() {
        return client.listMultipartUploads(
                        request -> request.bucket(settings.bucket()).prefix(settings.prefix()))
                .uploads();
    }

    private void abort(MultipartUpload upload) {
        abort(upload.key(), upload.uploadId());
    }

    private static boolean isOlder(MultipartUpload upload, Instant limit) {
        return upload.initiated() != null && upload.initiated().isBefore(limit);
    }

    @Override
    public void close() {
        client.close();
    }
}
