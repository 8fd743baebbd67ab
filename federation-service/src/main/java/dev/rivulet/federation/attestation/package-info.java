/** What a device must prove of its software before it may enrol. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.federation.attestation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
