/* Translates standard input, line by line, with one file and the shared library of ONNX Runtime.

     cc translate.c -lonnxruntime -o translate
     ./translate MODEL.onnx libortextensions.so < sentences.txt

   The second file has the operators of onnxruntime-extensions. */

#define _POSIX_C_SOURCE 200809L
#include <onnxruntime_c_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const OrtApi *ort;

static void check(OrtStatus *status) {
  if (status == NULL) return;
  fprintf(stderr, "%s\n", ort->GetErrorMessage(status));
  exit(1);
}

/* The translation of one sentence; the caller frees it. */
static char *translate(OrtSession *session, OrtAllocator *allocator, const char *sentence) {
  const char *inputs[] = {"text"}, *outputs[] = {"translation"};
  int64_t one = 1;
  OrtValue *text = NULL, *translation = NULL;
  size_t length;
  check(ort->CreateTensorAsOrtValue(allocator, &one, 1, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, &text));
  check(ort->FillStringTensor(text, &sentence, 1));
  check(ort->Run(session, NULL, inputs, (const OrtValue *const *)&text, 1, outputs, 1, &translation));
  check(ort->GetStringTensorElementLength(translation, 0, &length));
  char *result = calloc(length + 1, 1);
  check(ort->GetStringTensorElement(translation, length, 0, result));
  ort->ReleaseValue(text);
  ort->ReleaseValue(translation);
  return result;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: translate MODEL.onnx LIBRARY_OF_OPERATORS < sentences.txt\n");
    return 2;
  }
  OrtEnv *environment;
  OrtSessionOptions *options;
  OrtSession *session;
  OrtAllocator *allocator;
  ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (ort == NULL) {
    fprintf(stderr, "ONNX Runtime %s is older than its header\n", OrtGetApiBase()->GetVersionString());
    return 1;
  }
  check(ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "translate", &environment));
  check(ort->CreateSessionOptions(&options));
  check(ort->RegisterCustomOpsLibrary_V2(options, arguments[2]));
  check(ort->CreateSession(environment, arguments[1], options, &session));
  check(ort->GetAllocatorWithDefaultOptions(&allocator));

  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    line[strcspn(line, "\n")] = '\0';
    char *translation = translate(session, allocator, line);
    puts(translation);
    free(translation);
  }
  free(line);
  ort->ReleaseSession(session);
  ort->ReleaseSessionOptions(options);
  ort->ReleaseEnv(environment);
  return 0;
}
