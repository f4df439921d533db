// Server reflection (grpc.reflection.v1 and v1alpha, which differ in name only): what tools ask before they call.
// Files are the descriptors that were generated beside the code, so an answer always describes this build.

import {
  status,
  type handleBidiStreamingCall,
  type Server,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import { DESCRIPTORS } from '../../../proto/gen/descriptors.ts';
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from '../../../proto/gen/grpc/reflection/v1/reflection.ts';

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;
type File = (typeof DESCRIPTORS)[number];

const FILES: ReadonlyMap<string, File> = new Map(DESCRIPTORS.map((file) => [file.name, file]));
const FILE_OF_SYMBOL: ReadonlyMap<string, File> = new Map(
  DESCRIPTORS.flatMap((file) => file.symbols.map((symbol) => [symbol, file] as const)),
);
const SERVICES = DESCRIPTORS.flatMap(({ services }) => services).map((name) => ({ name }));

/** Adds both versions of reflection to a server. */
export function addReflection(server: Server): void {
  const handlers = { serverReflectionInfo: reflect };
  const { serverReflectionInfo } = ServerReflectionService;
  const path = serverReflectionInfo.path.replace('.v1.', '.v1alpha.');
  server.addService(ServerReflectionService, handlers);
  server.addService({ serverReflectionInfo: { ...serverReflectionInfo, path } }, handlers);
}

const reflect: handleBidiStreamingCall<ServerReflectionRequest, ServerReflectionResponse> = (
  call: ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>,
) => {
  call.on('data', (request: ServerReflectionRequest) => {
    const messageResponse = answer(request.messageRequest);
    call.write({ validHost: request.host, originalRequest: request, messageResponse });
  });
  call.on('end', () => call.end());
};

function answer(request: ServerReflectionRequest['messageRequest']): Answer {
  switch (request?.$case) {
    case 'listServices':
      return { $case: 'listServicesResponse', value: { service: SERVICES } };
    case 'fileByFilename':
      return fileAnswer(FILES.get(request.value), request.value);
    case 'fileContainingSymbol':
      return fileAnswer(FILE_OF_SYMBOL.get(request.value), request.value);
    case 'allExtensionNumbersOfType':
      return {
        $case: 'allExtensionNumbersResponse',
        value: { baseTypeName: request.value, extensionNumber: [] },
      };
    case 'fileContainingExtension':
      return refusal(status.NOT_FOUND, 'there are no extensions');
    case undefined:
      return refusal(status.INVALID_ARGUMENT, 'message_request must be set, but is nothing');
  }
}

/** A file with everything it imports, itself first. */
function fileAnswer(file: File | undefined, name: string): Answer {
  if (file === undefined) return refusal(status.NOT_FOUND, `there is no ${name}`);
  const found = new Set<File>([file]);
  // A set that grows while it is read is read to its end.
  for (const { imports } of found) {
    for (const other of imports) {
      const imported = FILES.get(other);
      if (imported !== undefined) found.add(imported);
    }
  }
  const bytes = [...found].map(({ base64 }) => Buffer.from(base64, 'base64'));
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto: bytes } };
}

function refusal(errorCode: number, errorMessage: string): Answer {
  return { $case: 'errorResponse', value: { errorCode, errorMessage } };
}
