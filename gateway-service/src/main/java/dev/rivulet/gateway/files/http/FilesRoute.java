// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files.http;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.FilesProperties;
import dev.rivulet.gateway.files.StoredFile;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The paths under {@code /v1/files}. */
final class FilesRoute implements ApiRoute {

    private static final String PATH = "/v1/files";
    private static final Pattern ONE = Pattern.compile("/v1/files/([A-Za-z0-9_-]{1,64})(/content)?");
    private static final int BUFFER = 16_384;
    private static final int LARGEST_PAGE = 10_000;
    private static final int LARGEST_HEAD = 8_192;
    private static final int MOST_PARTS = 16;

    private final FileStore store;
    private final FilesProperties limits;
    private final JsonMapper json;
    private final Scheduler disk;
    private final PartEventHttpMessageReader parts = new PartEventHttpMessageReader();

    /** @param disk where files are read and written */
    FilesRoute(FileStore store, FilesProperties limits, JsonMapper json, Scheduler disk) {
        this.store = store;
        this.limits = limits;
        this.json = json;
        this.disk = disk;
        parts.setMaxHeadersSize(LARGEST_HEAD);
        parts.setMaxParts(MOST_PARTS);
        parts.setMaxPartSize(limits.maxFile().toBytes() + LARGEST_HEAD);
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        if (path.equals(PATH)) {
            return Set.of(HttpMethod.GET, HttpMethod.POST);
        }
        return path.endsWith("/content") ? Set.of(HttpMethod.GET) : Set.of(HttpMethod.GET, HttpMethod.DELETE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String tenant = Passage.of(exchange).caller();
        Matcher one = ONE.matcher(request.getPath().value());
        if (!one.matches()) {
            return request.getMethod() == HttpMethod.POST
                    ? upload(exchange, tenant).flatMap(file -> write(exchange, describe(file)))
                    : onDisk(() -> list(exchange, tenant)).flatMap(page -> write(exchange, page));
        }
        String id = one.group(1);
        if (one.group(2) != null) {
            return onDisk(() -> store.require(tenant, id)).flatMap(file -> content(exchange, tenant, file));
        }
        return onDisk(() -> {
                    StoredFile file = store.require(tenant, id);
                    if (request.getMethod() != HttpMethod.DELETE) {
                        return describe(file);
                    }
                    store.delete(tenant, file);
                    return json.createObjectNode()
                            .put("id", id)
                            .put("object", "file")
                            .put("deleted", true);
                })
                .flatMap(answer -> write(exchange, answer));
    }

    private Mono<StoredFile> upload(ServerWebExchange exchange, String tenant) {
        ServerHttpRequest request = exchange.getRequest();
        requireMultipart(request);
        return Mono.using(
                () -> new Upload(store, limits, tenant),
                upload -> parts.read(ResolvableType.forClass(PartEvent.class), request, Map.of())
                        .publishOn(disk, 1)
                        .doOnNext(upload::accept)
                        .then(Mono.fromCallable(upload::finish))
                        .timeout(limits.uploadTimeout(), Mono.error(FilesRoute::tooSlow))
                        .onErrorMap(FilesRoute::isForm, FilesRoute::noForm),
                Upload::close);
    }

    private static boolean isForm(Throwable failure) {
        return failure instanceof DecodingException || failure instanceof DataBufferLimitException;
    }

    private static ProblemException noForm(Throwable failure) {
        return new ProblemException(
                failure instanceof DataBufferLimitException
                        ? Problem.at(ProblemCode.REQUEST_TOO_LARGE, "file", "The file is larger than it may be here.")
                        : Problem.of(
                                ProblemCode.INVALID_VALUE, "The form can't be read: a part or its end is missing."));
    }

    private static ProblemException tooSlow() {
        return new ProblemException(Problem.of(
                ProblemCode.DEADLINE_EXCEEDED, "The file did not arrive in time. Send it faster, or in parts."));
    }

    private static void requireMultipart(ServerHttpRequest request) {
        try {
            MediaType type = request.getHeaders().getContentType();
            if (type != null
                    && type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)
                    && type.getParameter("boundary") != null) {
                return;
            }
        } catch (InvalidMediaTypeException e) {
            // Refused below.
        }
        throw new ProblemException(
                Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the file as a part of 'multipart/form-data'."));
    }

    private ObjectNode list(ServerWebExchange exchange, String tenant) {
        PageOf page = PageOf.of(exchange.getRequest().getQueryParams(), LARGEST_PAGE);
        @Nullable String purpose = exchange.getRequest().getQueryParams().getFirst("purpose");
        List<StoredFile> files = store.list(tenant).stream()
                .filter(file -> purpose == null || file.purpose().equals(purpose))
                .toList();
        return page.of(files, StoredFile::id, this::describe);
    }

    private ObjectNode describe(StoredFile file) {
        return json.createObjectNode()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.bytes())
                .put("created_at", file.createdAt())
                .put("filename", file.filename())
                .put("purpose", file.purpose())
                .put("status", "processed");
    }

    private Mono<Void> content(ServerWebExchange exchange, String tenant, StoredFile file) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
        response.getHeaders().setContentLength(file.bytes());
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Content-Type-Options", "nosniff");
        Passage.of(exchange).sent(file.bytes());
        return response.writeWith(DataBufferUtils.read(store.bytes(tenant, file), response.bufferFactory(), BUFFER));
    }

    private <T> Mono<T> onDisk(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(disk);
    }

    private Mono<Void> write(ServerWebExchange exchange, ObjectNode answer) {
        return JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(answer));
    }
}
